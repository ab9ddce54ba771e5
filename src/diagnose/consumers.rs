//! What single programs and services ask of a certificate beyond the standard; each rule names its source.

use crate::evidence::CertificateFacts;
use crate::material::KeyKind;

use super::examined::Examined;
use super::lint::finding;
use super::verdict::{Finding, Severity};

/// One requirement of one consumer.
struct Rule {
    /// As `--for` names it.
    consumer: &'static str,
    severity: Severity,
    /// A sentence where the rule is broken, or where there is something to be told.
    check: fn(&Examined, &CertificateFacts) -> Option<String>,
    source: &'static str,
}

use Severity::{Error, Info, Warning};

const SALESFORCE: &str = "help.salesforce.com 000383575";
const MATRIX: &str = "measured against the server itself";

const RULES: &[Rule] = &[
    Rule {
        consumer: "salesforce",
        severity: Error,
        check: |_, leaf| {
            leaf.self_signed
                .then(|| "Salesforce never accepts a self-signed certificate".to_owned())
        },
        source: SALESFORCE,
    },
    Rule {
        consumer: "salesforce",
        severity: Error,
        check: |_, leaf| {
            let has = leaf
                .eku
                .as_ref()
                .is_some_and(|usages| usages.iter().any(|one| one == "clientAuth"));
            (!has).then(|| "Salesforce wants clientAuth in the extended key usage".to_owned())
        },
        source: "help.salesforce.com, Upload a Mutual Authentication Certificate",
    },
    Rule {
        consumer: "salesforce",
        severity: Error,
        check: |examined, _| {
            let short = examined.gap.is_some() && examined.sent.len() < 2;
            short.then(|| {
                "Salesforce must be sent all intermediates, and the file has none".to_owned()
            })
        },
        source: SALESFORCE,
    },
    Rule {
        consumer: "salesforce",
        severity: Warning,
        check: |examined, _| {
            (!examined.public).then(|| "the root must be on Salesforce's own list (https://YOUR-INSTANCE/cacerts.jsp); a private CA is not".to_owned())
        },
        source: SALESFORCE,
    },
    Rule {
        consumer: "salesforce",
        severity: Info,
        check: |_, leaf| {
            Some(format!(
                "upload the leaf alone, {}, as PEM under Setup, Certificate and Key Management, Mutual Authentication Certificates; call port 8443 of the My Domain host",
                leaf.subject
            ))
        },
        source: SALESFORCE,
    },
    Rule {
        consumer: "salesforce",
        severity: Info,
        check: |_, leaf| {
            match &leaf.key {
            Some(key) if key.kind == KeyKind::Rsa && matches!(key.bits, 2048 | 3072 | 4096) => None,
            _ => Some("for Salesforce's own callouts (Import from Keystore) the key must be RSA of 2048, 3072 or 4096 bits".to_owned()),
        }
        },
        source: "help.salesforce.com, Export and Import Certificates with a Keystore",
    },
    Rule {
        consumer: "java",
        severity: Error,
        check: |examined, _| java_length(examined),
        source: MATRIX,
    },
    Rule {
        consumer: "java8",
        severity: Error,
        check: |examined, _| java_length(examined),
        source: MATRIX,
    },
    Rule {
        consumer: "java",
        severity: Error,
        check: |_, leaf| {
            edwards(leaf).map(|kind| format!("{kind} keys work from Java 15 on (JEP 339)"))
        },
        source: "openjdk.org JEP 339",
    },
    Rule {
        consumer: "java8",
        severity: Error,
        check: |_, leaf| edwards(leaf).map(|kind| format!("Java 8 has no {kind}")),
        source: "openjdk.org JEP 339",
    },
    Rule {
        consumer: "java8",
        severity: Info,
        check: |_, _| {
            Some("before 8u301 Java 8 reads PKCS#12 in the legacy profile alone, or JKS".to_owned())
        },
        source: "bugs.openjdk.org JDK-8267701",
    },
    Rule {
        consumer: "java",
        severity: Error,
        check: |_, leaf| {
            no_signing(leaf).map(|usage| format!("a Java server refuses a client certificate whose key usage is {usage}, without digitalSignature"))
        },
        source: MATRIX,
    },
    Rule {
        consumer: "java",
        severity: Info,
        check: |_, _| {
            Some("a Java client withholds a certificate whose CA the server does not name; a Java server tells every fault with alert 46".to_owned())
        },
        source: MATRIX,
    },
    Rule {
        consumer: "nginx",
        severity: Warning,
        check: |examined, _| {
            let count = intermediates(examined);
            (count > 1).then(|| format!("nginx allows one intermediate unless told otherwise: ssl_verify_depth {count} is needed"))
        },
        source: "nginx.org, ssl_verify_depth",
    },
    Rule {
        consumer: "nginx",
        severity: Info,
        check: |_, _| {
            Some("nginx answers a refused certificate with HTTP 400, never with an alert; the reason stands in its error log alone".to_owned())
        },
        source: MATRIX,
    },
    Rule {
        consumer: "httpd",
        severity: Error,
        check: |examined, _| {
            let count = intermediates(examined);
            (count > 0).then(|| format!("httpd counts the root too, and by default refuses any chain with an intermediate (alert 80): SSLVerifyDepth {} is needed", count + 1))
        },
        source: "httpd.apache.org, SSLVerifyDepth",
    },
    Rule {
        consumer: "curl",
        severity: Info,
        check: |examined, _| {
            (examined.key.is_none()).then(|| {
                "curl -E wants the key in the same file, or beside it with --key".to_owned()
            })
        },
        source: "curl.se/docs/manpage.html",
    },
    Rule {
        consumer: "go",
        severity: Error,
        check: |examined, _| {
            weak_digest(examined)
                .map(|subject| format!("Go refuses SHA-1 and MD5 signatures: {subject}"))
        },
        source: "go.dev, crypto/x509",
    },
    Rule {
        consumer: "go",
        severity: Error,
        check: |examined, _| {
            let purpose = examined.purpose_name();
            examined
                .path
                .iter()
                .map(|step| &step.facts)
                .find(|one| one.ca && !one.self_signed && !one.allows(purpose))
                .map(|one| {
                    format!(
                        "Go wants {purpose} in the extended key usage of every CA that has one: {}",
                        one.subject
                    )
                })
        },
        source: "go.dev, crypto/x509",
    },
    Rule {
        consumer: "go",
        severity: Error,
        check: |_, leaf| {
            let key = leaf.key.as_ref()?;
            (key.kind == KeyKind::Rsa && key.bits > 8192)
                .then(|| "Go refuses RSA keys of more than 8192 bits".to_owned())
        },
        source: "go.dev, crypto/tls",
    },
    Rule {
        consumer: "go",
        severity: Info,
        check: |_, _| {
            Some("a Go client withholds a certificate whose CA the server does not name".to_owned())
        },
        source: MATRIX,
    },
    Rule {
        consumer: "dotnet",
        severity: Error,
        check: |_, leaf| {
            (!leaf.allows("clientAuth")).then(|| {
                ".NET clients send no certificate without clientAuth, and say nothing".to_owned()
            })
        },
        source: "dotnet/runtime, CertificateHelper.cs",
    },
    Rule {
        consumer: "dotnet",
        severity: Error,
        check: |_, leaf| {
            no_signing(leaf).map(|usage| format!(".NET clients send no certificate without digitalSignature, and say nothing; its key usage is {usage}"))
        },
        source: "dotnet/runtime, CertificateHelper.cs",
    },
    Rule {
        consumer: "dotnet",
        severity: Error,
        check: |_, leaf| edwards(leaf).map(|kind| format!("Windows (SChannel) has no {kind}")),
        source: "learn.microsoft.com, TLS Elliptic Curves in Windows",
    },
    Rule {
        consumer: "rustls",
        severity: Error,
        check: |examined, _| {
            examined
                .rustls
                .as_ref()
                .map(|error| format!("rustls refuses it: {error}"))
        },
        source: "rustls-webpki, asked here",
    },
    Rule {
        consumer: "node",
        severity: Info,
        check: |_, _| {
            Some("Node opens PKCS#12 in the modern profile alone, and as a server closes the connection on a bad certificate without an alert".to_owned())
        },
        source: MATRIX,
    },
    Rule {
        consumer: "gcp",
        severity: Error,
        check: |_, leaf| {
            let has = leaf
                .eku
                .as_ref()
                .is_some_and(|usages| usages.iter().any(|one| one == "clientAuth"));
            (!has || leaf.ca).then(|| "Google's load balancers want clientAuth in the extended key usage, and no CA's certificate".to_owned())
        },
        source: "cloud.google.com/load-balancing/docs/mtls",
    },
    Rule {
        consumer: "gcp",
        severity: Error,
        check: |_, leaf| {
            let key = leaf.key.as_ref()?;
            (!matches!(key.kind, KeyKind::Rsa | KeyKind::Ec))
                .then(|| format!("Google's load balancers take RSA and ECDSA keys, not {key}"))
        },
        source: "cloud.google.com/load-balancing/docs/mtls",
    },
    Rule {
        consumer: "gcp",
        severity: Error,
        check: |examined, _| {
            weak_digest(examined).map(|subject| {
                format!("Google's load balancers refuse SHA-1 signatures: {subject}")
            })
        },
        source: "cloud.google.com/load-balancing/docs/mtls",
    },
    Rule {
        consumer: "aws",
        severity: Error,
        check: |examined, _| {
            (examined.path.len() > 4).then(|| {
                format!(
                    "API Gateway takes chains of four certificates at the most; this one has {}",
                    examined.path.len()
                )
            })
        },
        source: "docs.aws.amazon.com, API Gateway mutual TLS",
    },
    Rule {
        consumer: "aws",
        severity: Info,
        check: |_, _| {
            Some("API Gateway's truststore must hold the intermediates as well as the root, and answers a refusal with HTTP 403 {\"message\":\"Forbidden\"}".to_owned())
        },
        source: "docs.aws.amazon.com, API Gateway mutual TLS",
    },
];

/// The findings of every consumer that was asked for.
pub(super) fn rules(examined: &Examined) -> Vec<Finding> {
    let Some(leaf) = examined.leaf() else {
        return Vec::new();
    };
    RULES
        .iter()
        .filter(|rule| {
            examined
                .consumers
                .iter()
                .any(|wanted| wanted == rule.consumer)
        })
        .filter_map(|rule| {
            let told = (rule.check)(examined, leaf)?;
            Some(finding(
                &format!("for-{}", rule.consumer),
                rule.severity,
                format!("{told} [{}]", rule.source),
            ))
        })
        .collect()
}

fn java_length(examined: &Examined) -> Option<String> {
    let count = examined.path.len();
    (count > 10)
        .then(|| format!("Java takes chains of ten certificates at the most; this one has {count}"))
}

fn edwards(leaf: &CertificateFacts) -> Option<&'static str> {
    match leaf.key.as_ref()?.kind {
        KeyKind::Ed25519 => Some("Ed25519"),
        KeyKind::Ed448 => Some("Ed448"),
        _ => None,
    }
}

/// The key usage, where it leaves out what TLS does with a key.
fn no_signing(leaf: &CertificateFacts) -> Option<String> {
    let usages = leaf.key_usage.as_ref()?;
    (!usages.iter().any(|one| one == "digitalSignature")).then(|| usages.join(", "))
}

fn intermediates(examined: &Examined) -> usize {
    examined
        .path
        .iter()
        .skip(1)
        .filter(|step| !step.facts.self_signed)
        .count()
}

fn weak_digest(examined: &Examined) -> Option<&str> {
    examined
        .path
        .iter()
        .map(|step| &step.facts)
        .find(|one| {
            let algorithm = one.signature_algorithm.to_ascii_lowercase();
            !one.self_signed && (algorithm.contains("sha1") || algorithm.contains("md5"))
        })
        .map(|one| one.subject.as_str())
}
