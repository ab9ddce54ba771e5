//! What a server of another protocol than HTTP said within TLS: is it about the client certificate?

use crate::catalogue::replies::{Meaning, REPLIES, Row, Sign};
use crate::catalogue::{Code, Confidence, Stage};
use crate::evidence::{Dialect, Ending, Evidence, Phase, Presented, Reply, Stance, Tls, UserFrom};

use super::causes::Signal;
use super::verdict::{Finding, Severity};
use super::{Case, Verdict, refusal, telling};

/// A refusal in the protocol's own words.
pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    let reply = case.call.reply.as_ref()?;
    let tls = case.call.tls.as_ref()?;
    let Some(row) = recognise(reply) else {
        return (reply.stance == Stance::Refuses).then(|| refused(case, tls, reply));
    };
    let sent = tls.sent.as_ref().is_some_and(|sent| !sent.is_empty());
    let withheld = case.call.presented != Presented::Nothing && !sent;
    match row.meaning {
        // That our own side sent nothing is the first thing to mend, and told elsewhere.
        _ if withheld && tls.sent.is_some() => None,
        Meaning::NoCertificate if sent => Some(
            Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence)
                .summary("a certificate was sent, and the server says it got none that is valid")
                .because(quoted(row, reply))
                .done(),
        ),
        Meaning::NoCertificate | Meaning::NoneValid | Meaning::CertificateRefused if !sent => {
            Some(missing(case, tls, row, reply))
        }
        Meaning::NoCertificate | Meaning::NoneValid | Meaning::CertificateRefused => {
            Some(refusal::refused(
                case,
                case.evidence.offered.as_ref()?,
                &Signal::Refused,
                tls.is_13(),
                quoted(row, reply),
            ))
        }
        Meaning::NotThisUsers => Some(not_this_users(case, tls, row, reply)),
        // Nobody expected this user to be let in; that it was asked is all there is to learn.
        Meaning::LoginFailed if made_up(reply) => None,
        Meaning::LoginFailed => Some(login_failed(case, tls, row, reply)),
        Meaning::NoRule if sent => {
            Some(not_this_users(case, tls, row, reply).because(
                "not ruled out: it lets in nobody from here, or nobody into this database",
            ))
        }
        Meaning::NoRule => Some(refused(case, tls, reply)),
    }
}

/// The code of a refusal that is about the certificate, and whether it says that no valid one arrived.
pub(super) fn about_certificate(reply: &Reply) -> Option<(&str, bool)> {
    let none = match recognise(reply)?.meaning {
        Meaning::NoCertificate | Meaning::NoneValid => true,
        Meaning::CertificateRefused => false,
        Meaning::NotThisUsers | Meaning::LoginFailed | Meaning::NoRule => return None,
    };
    Some((&reply.code, none))
}

/// The first row that fits a refusal.
fn recognise(reply: &Reply) -> Option<&'static Row> {
    if !matches!(reply.stance, Stance::Refuses | Stance::RefusesLogin) {
        return None;
    }
    let text = reply.text.to_ascii_lowercase();
    let says = |words: &str| text.contains(&words.to_ascii_lowercase());
    REPLIES.iter().find(|row| {
        let dialect = row.dialect.is_none() || row.dialect == reply.dialect;
        let code = row.code.is_none_or(|code| code == reply.code);
        dialect
            && code
            && match row.sign {
                Sign::Any => true,
                Sign::Says(phrase) => says(phrase),
                Sign::Mentions(words) => words.iter().all(|word| says(word)),
                Sign::From(routine, without) => {
                    reply.routine.as_deref() == Some(routine) && !says(without)
                }
            }
    })
}

fn missing(case: &Case<'_>, tls: &Tls, row: &Row, reply: &Reply) -> Verdict {
    let asked = tls.certificate_request.is_some();
    let certain = asked && !matches!(row.sign, Sign::Mentions(_));
    let confidence = if certain && row.meaning != Meaning::CertificateRefused {
        Confidence::Proven
    } else {
        Confidence::Likely
    };
    let verdict = Verdict::new(Code::ClientCertMissing, confidence, case.evidence)
        .because(telling::asked(tls))
        .because(quoted(row, reply));
    if asked {
        verdict.because("none was sent").done()
    } else {
        verdict
            .because("something in front of the server may end TLS")
            .done()
    }
}

fn not_this_users(case: &Case<'_>, tls: &Tls, row: &Row, reply: &Reply) -> Verdict {
    let confidence = if row.meaning == Meaning::NotThisUsers && matches!(row.sign, Sign::Says(_)) {
        Confidence::Proven
    } else {
        Confidence::Likely
    };
    let mut verdict = Verdict::new(Code::ClientCertForbidden, confidence, case.evidence)
        .because("the certificate was asked for, sent, and accepted by TLS")
        .because(quoted(row, reply));
    if let Some(user) = &reply.user {
        verdict = verdict.summary(format!(
            "TLS accepted the certificate; {} does not let it in as the user {}",
            row.product,
            user.name.escape_debug()
        ));
        if user.from != UserFrom::Url {
            verdict = verdict
                .because(format!(
                    "that user's name is {}",
                    match user.from {
                        UserFrom::Certificate => "the certificate's common name",
                        _ => "made up: none was given",
                    }
                ))
                .fix_first(format!(
                    "name the user to ask for: fullcert probe {}",
                    with_user(case.evidence, "USER")
                ));
        }
    }
    if tls.certificate_request.is_none() {
        verdict = verdict.because("the handshake itself did not ask for a certificate");
    }
    verdict.done()
}

/// One answer for a wrong password and for a certificate that is missing or another's.
fn login_failed(case: &Case<'_>, tls: &Tls, row: &Row, reply: &Reply) -> Verdict {
    let sent = tls.sent.as_ref().is_some_and(|sent| !sent.is_empty());
    let asked = tls.certificate_request.is_some();
    let code = match (asked, sent) {
        (true, true) => Code::ClientCertForbidden,
        (true, false) => Code::ClientCertMissing,
        (false, _) => Code::ApplicationRefused,
    };
    Verdict::new(code, Confidence::Possible, case.evidence)
        .because(telling::asked(tls))
        .because(quoted(row, reply))
        .because(format!(
            "not ruled out: the user has a password, or does not exist; {} says the same then",
            row.product
        ))
        .done()
}

/// Refused, and not for a certificate as far as the words go.
fn refused(case: &Case<'_>, tls: &Tls, reply: &Reply) -> Verdict {
    let sent = tls.sent.as_ref().is_some_and(|sent| !sent.is_empty());
    let mut verdict = Verdict::new(Code::ApplicationRefused, Confidence::Likely, case.evidence)
        .because(format!("within TLS the server said: {}", reply.text));
    if tls.certificate_request.is_some() && !sent {
        verdict = verdict
            .because("not ruled out: it asked for a certificate, and none was sent")
            .fix_first(format!(
                "fullcert probe {} -E fullcert.pem calls it with a certificate",
                case.evidence.target.url
            ));
    }
    verdict.done()
}

fn made_up(reply: &Reply) -> bool {
    reply
        .user
        .as_ref()
        .is_some_and(|user| user.from == UserFrom::MadeUp)
}

fn with_user(evidence: &Evidence, user: &str) -> String {
    let url = &evidence.target.url;
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let place = rest.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{user}@{place}")
        }
        None => url.clone(),
    }
}

fn quoted(row: &Row, reply: &Reply) -> String {
    format!("{} said within TLS: \"{}\"", row.product, reply.text)
}

/// What the server went on with, for a call that went through.
pub(super) fn told(case: &Case<'_>) -> Option<String> {
    let reply = case.call.reply.as_ref()?;
    let title = reply.dialect?.title();
    let text = &reply.text;
    Some(match (reply.stance, &reply.user) {
        (Stance::Refuses, Some(user)) => format!(
            "{title} went on to the login of {}, which it does not know: {text}",
            user.name
        ),
        (Stance::RefusesLogin, _) => {
            format!("{title} went on within TLS, and of a login said: {text}")
        }
        _ => format!("{title} went on within TLS: {text}"),
    })
}

/// Some servers judge a certificate only when somebody logs in: where that was not begun, less is certain.
pub(super) fn tempered(case: &Case<'_>, mut verdict: Verdict) -> Verdict {
    let Some(reply) = &case.call.reply else {
        return verdict;
    };
    let later = matches!(
        reply.dialect,
        Some(Dialect::Smtp | Dialect::Imap | Dialect::Pop3 | Dialect::Ftp | Dialect::Xmpp)
    );
    let asked = case
        .call
        .tls
        .as_ref()
        .is_some_and(|tls| tls.certificate_request.is_some());
    if verdict.code == Code::Ok && asked && later && reply.stance != Stance::AsksForPassword {
        verdict.confidence = Confidence::Likely;
        verdict = verdict.because(
            "not ruled out: the server looks at the certificate only when somebody logs in, which was not tried",
        );
    }
    verdict
}

/// TLS stood, the protocol was spoken, and nothing came back.
pub(super) fn stalled(case: &Case<'_>) -> Option<Verdict> {
    let dialect = case.evidence.target.dialect?;
    let end = case.call.end?;
    let silent = end.how == Ending::Silence && end.phase >= Phase::Request;
    (silent && case.call.reply.is_none()).then(|| {
        Verdict::new(Code::HandshakeTimeout, Confidence::Proven, case.evidence)
            .summary(format!(
                "TLS stood, and the server never answered in {}",
                dialect.title()
            ))
            .stage(Stage::Application)
            .because(format!("waited {:.1} s", case.call.took_ms / 1000.0))
            .done()
    })
}

pub(super) fn findings(evidence: &Evidence, findings: &mut Vec<Finding>) {
    let Some(call) = &evidence.call else { return };
    if let (Some(dialect), Some(reply)) = (evidence.target.dialect, &call.reply)
        && reply.dialect.is_none()
    {
        findings.push(Finding {
            code: "another-protocol".to_owned(),
            severity: Severity::Warning,
            summary: format!(
                "within TLS the server does not speak {}: it said {}",
                dialect.title(),
                reply.text
            ),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(code: &str, text: &str, routine: &str) -> Reply {
        Reply {
            dialect: Some(Dialect::Postgres),
            code: code.to_owned(),
            text: text.to_owned(),
            routine: Some(routine.to_owned()),
            stance: Stance::Refuses,
            user: None,
        }
    }

    #[test]
    fn a_database_is_understood_in_every_language() {
        let german = "FATAL: Verbindung erfordert ein gültiges Client-Zertifikat";
        let no_rule = "FATAL: kein pg_hba.conf-Eintrag für Host »10.0.0.1«, Benutzer »app«";
        let cases = [
            (
                "28000",
                german,
                "ClientAuthentication",
                Some(Meaning::NoneValid),
            ),
            (
                "28000",
                no_rule,
                "ClientAuthentication",
                Some(Meaning::NoRule),
            ),
            (
                "28000",
                "FATAL: Zertifikatauthentifizierung fehlgeschlagen",
                "auth_failed",
                Some(Meaning::NotThisUsers),
            ),
            (
                "28P01",
                "FATAL: Passwort-Authentifizierung fehlgeschlagen",
                "auth_failed",
                None,
            ),
            (
                "53300",
                "FATAL: zu viele Verbindungen",
                "InitPostgres",
                None,
            ),
        ];
        for (code, text, routine, meaning) in cases {
            let found = recognise(&postgres(code, text, routine)).map(|row| row.meaning);
            assert_eq!(found, meaning, "{text}");
        }
    }

    #[test]
    fn what_is_no_refusal_is_not_taken_for_one() {
        let accepted = Reply {
            stance: Stance::Accepts,
            ..postgres(
                "28000",
                "connection requires a valid client certificate",
                "",
            )
        };
        assert!(recognise(&accepted).is_none());
    }
}
