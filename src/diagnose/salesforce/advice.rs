//! What is to be done about a step that failed, mostly in Salesforce's Setup; and what the two layers show.

use crate::catalogue::{Code, Confidence, Culprit, Stage};
use crate::evidence::Offered;
use crate::salesforce::host;

use super::super::verdict::Verdict;
use super::{Layers, Proof, Status, Step, Taken};

const MY_DOMAIN: &str = "call the My Domain host (https://YOUR-DOMAIN.my.salesforce.com): login.salesforce.com, test.salesforce.com and the like answer on 443 alone";
const LIST: &str = "https://YOUR-DOMAIN.my.salesforce.com/cacerts.jsp";

/// The step's verdict with what this check knows to do about it.
pub(super) fn mend(taken: &Taken, verdict: &Verdict, steps: &[Taken]) -> Verdict {
    let mut verdict = verdict.clone();
    let evidence = taken.evidence.as_ref();
    let at = evidence.map(|evidence| &evidence.target);
    let host = at.map_or("the My Domain host", |target| &target.host);
    let port = at.map_or(8443, |target| target.port);
    let offered = evidence.and_then(|evidence| evidence.offered.as_ref());
    let advice = match (taken.name, verdict.code) {
        (Step::Login, Code::ClientCertMissing) => vec![format!(
            "log in on port 443, which asks for no certificate; port {port} is for the calls after the login"
        )],
        (Step::Call, Code::TcpRefused | Code::TcpTimeout | Code::TcpUnreachable) => {
            verdict.fix.clear();
            let open = format!("port {port} of {host} must be reachable from here: have it opened in the firewalls in between");
            if host::is_login(host) {
                vec![MY_DOMAIN.to_owned(), open]
            } else {
                vec![open, MY_DOMAIN.to_owned()]
            }
        }
        (Step::Call | Step::Abort, Code::SalesforceMutualAuthenticationFailed) => {
            verdict.fix.clear();
            if asked(taken) && offered.is_some() {
                "the certificate is not the one uploaded for the session's user".clone_into(&mut verdict.summary);
            }
            not_the_users(offered, port, asked(taken))
        }
        (Step::Call, Code::ClientCertMissing) => {
            verdict.fix.clear();
            vec!["give the identity: -E fullcert.pem (fullcert bundle makes that file)".to_owned()]
        }
        (_, Code::SalesforceSessionInvalid) => {
            let again = steps
                .iter()
                .any(|one| one.name == Step::Login && one.status == Status::Passed);
            verdict.fix.clear();
            let of_this_org = format!(
                "the session must be of the org behind {host}: log in there, and not through another org's host"
            );
            let locked = "Setup, Session Settings: a session may be locked to the address or the host it began at".to_owned();
            if again {
                vec![of_this_org, locked]
            } else {
                vec![
                    "log in again: a session ends with time, with a logout, and with a new password".to_owned(),
                    of_this_org,
                    locked,
                ]
            }
        }
        (Step::Call, Code::ClientCertNotRequested) => vec![format!(
            "port {port} asks for no certificate; Salesforce's port of mutual TLS is 8443 of the My Domain host (--mtls-port)"
        )],
        (Step::Call | Step::Identity, Code::ClientCertSelfSigned) => {
            verdict.fix.clear();
            vec![format!("have the request signed by a CA on Salesforce's list ({LIST}): a self-signed certificate is never accepted, uploaded or not")]
        }
        (Step::Call | Step::Identity, Code::ClientIssuerUnknown) => vec![format!(
            "the root must be on Salesforce's list: {LIST}; uploading the certificate does not replace that"
        )],
        (Step::Call | Step::Identity, Code::ClientChainIncomplete) if verdict.fix.is_empty() => {
            vec!["fullcert bundle FILES… -o fullcert.pem puts the CA's intermediates behind the leaf; Salesforce has none of its own to add".to_owned()]
        }
        (Step::Call | Step::Identity, Code::ClientCertExpired) => vec![
            "once it is renewed, upload the new leaf in Setup, Mutual Authentication Certificates, before it is used".to_owned(),
        ],
        (Step::Call | Step::Identity, Code::ClientCertWrongPurpose) => vec![
            "ask the CA for a certificate with clientAuth in its extended key usage: public CAs no longer put it beside serverAuth by themselves".to_owned(),
        ],
        _ => Vec::new(),
    };
    verdict.fix.splice(0..0, advice);
    verdict
}

fn asked(taken: &Taken) -> bool {
    taken
        .evidence
        .as_ref()
        .and_then(|evidence| evidence.call.as_ref()?.tls.as_ref())
        .is_some_and(|tls| tls.certificate_request.is_some())
}

/// The application does not take the certificate for this user's.
fn not_the_users(offered: Option<&Offered>, port: u16, asked: bool) -> Vec<String> {
    if !asked {
        return vec![format!(
            "port {port} asks for no certificate: call 8443 of the My Domain host (--mtls-port)"
        )];
    }
    let Some((offered, leaf)) = offered.and_then(|one| Some((one, one.chain.first()?))) else {
        return vec!["give the certificate: -E fullcert.pem".to_owned()];
    };
    vec![
        format!(
            "in Setup, Certificate and Key Management, Mutual Authentication Certificates: upload the leaf alone as PEM, {} (serial {})",
            leaf.subject, leaf.serial
        ),
        format!(
            "openssl x509 -in {} -out leaf.pem takes the leaf out of a PEM file; the chain is not uploaded",
            offered.file
        ),
        "where a certificate is there already, compare its serial number: a renewed one must be uploaded anew".to_owned(),
        "where Setup has no Mutual Authentication Certificates, Salesforce Support has to switch the feature on".to_owned(),
        "Enforce SSL/TLS Mutual Authentication belongs into a permission set or profile of this user, together with API Only User".to_owned(),
    ]
}

/// The two layers in words.
pub(super) fn layers(layers: Layers) -> [String; 2] {
    let chain = match layers.chain {
        Proof::Proven => {
            "the chain is taken: it leads to a root on Salesforce's list (layer 1, proven)"
        }
        Proof::Unproven => {
            "whether the chain leads to a root on Salesforce's list is not known: nothing that was seen depends on it (layer 1, not proven)"
        }
        Proof::Refused => "the chain is refused (layer 1)",
    };
    let identity = match layers.identity {
        Proof::Proven => {
            "the certificate is the one uploaded for this user, whose session works nowhere without it (layer 2, proven)"
        }
        Proof::Unproven => {
            "whether the certificate is uploaded for this user is not known: the user is not seen to be held to mutual TLS (layer 2, not proven)"
        }
        Proof::Refused => {
            "the certificate is not the one uploaded for this user (layer 2, refused)"
        }
    };
    [chain.to_owned(), identity.to_owned()]
}

/// No step says anything: there is none.
pub(super) fn nothing_called() -> Verdict {
    Verdict {
        code: Code::HandshakeClosed,
        culprit: Culprit::Client,
        stage: Stage::Connection,
        confidence: Confidence::Possible,
        summary: "nothing was called, so nothing can be said".to_owned(),
        because: Vec::new(),
        fix: Vec::new(),
    }
}
