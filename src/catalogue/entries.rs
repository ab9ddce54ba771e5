//! One entry per code: culprit, stage, meaning, and the fixes that hold whatever the details.
//!
//! In fixes, `{url}`, `{host}`, `{port}`, `{cert}`, `{issuer}` and `{chain}` stand for the call's own, and `{store}`,
//! `{key}` and `{file}` for a file; a fix whose word has no value is left out.

use super::{Code, Culprit, Stage};

/// What is always true of a code.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub code: Code,
    pub culprit: Culprit,
    pub stage: Stage,
    /// One sentence without a full stop.
    pub meaning: &'static str,
    /// The next things to do, most promising first.
    pub fix: &'static [&'static str],
}

/// The entry of a code.
#[must_use]
pub fn entry(code: Code) -> Entry {
    let (culprit, stage, meaning, fix) = facts(code);
    Entry {
        code,
        culprit,
        stage,
        meaning,
        fix,
    }
}

type Facts = (Culprit, Stage, &'static str, &'static [&'static str]);

fn facts(code: Code) -> Facts {
    use Culprit::{Application, Client, Either, Network, Server};
    use Stage::{ClientAuthentication, Connection, Handshake, Preparation, ServerAuthentication};
    match code {
        Code::Ok => (
            Culprit::None,
            Stage::Application,
            "the call went through; where the server asked for a certificate, one was sent and accepted",
            &[],
        ),
        Code::ClientCertNotRequired => (
            Culprit::None,
            ClientAuthentication,
            "the server asked for a certificate and let the call through without a good one",
            &[
                "if this endpoint is meant to demand a certificate, its server must require and verify one",
            ],
        ),
        Code::DnsFailure => (
            Network,
            Connection,
            "the host name does not resolve",
            &[
                "check the spelling of {host}",
                "getent hosts {host} shows what this machine's resolver says; a VPN or another DNS server may be needed",
                "fullcert probe {url} --resolve {host}:{port}:ADDRESS calls a known address without DNS",
            ],
        ),
        Code::TcpRefused => (
            Network,
            Connection,
            "nothing accepts connections on this port",
            &[
                "check the port: the mutual-TLS port often differs from 443 (Salesforce: 8443)",
                "check that the server runs, and listens on this address: ss -ltn on its host",
            ],
        ),
        Code::TcpTimeout => (
            Network,
            Connection,
            "no answer to the connection attempt",
            &[
                "a firewall or an IP allow-list drops the packets: ask for {host}:{port} to be opened for your address",
                "check the port: some hosts answer mutual TLS on one port only (Salesforce: My Domain host, 8443)",
            ],
        ),
        Code::TcpUnreachable => (
            Network,
            Connection,
            "there is no route to the address",
            &[
                "check the VPN, the routing table and whether the address family works here: ip route get ADDRESS",
            ],
        ),
        Code::ProxyRefused => (
            Network,
            Connection,
            "the proxy would not open the tunnel",
            &[
                "ask the proxy's owner to allow CONNECT to {host}:{port}, or check the proxy's credentials",
            ],
        ),
        Code::NotTls => (
            Server,
            Handshake,
            "the port speaks something other than TLS",
            &["use the port on which the server speaks TLS"],
        ),
        Code::HandshakeClosed => (
            Server,
            Handshake,
            "the server ended the handshake without saying why",
            &[
                "check that {host} is the name the server expects (SNI), and that {port} is a TLS port",
                "look into the server's log at this time; a firewall that resets TLS looks the same",
            ],
        ),
        Code::HandshakeTimeout => (
            Server,
            Handshake,
            "connected, then the server stayed silent",
            &[
                "check that {port} is a TLS port and that the server is not overloaded",
                "fullcert probe {url} --timeout 60 waits longer",
            ],
        ),
        Code::ProtocolVersionUnsupported => (
            Either,
            Handshake,
            "no TLS version in common, or only one too old to use",
            &["raise the server to TLS 1.2 or 1.3; TLS 1.0 and 1.1 are withdrawn (RFC 8996)"],
        ),
        Code::NoSharedParameters => (
            Either,
            Handshake,
            "no cipher suite, group or signature algorithm in common",
            &[
                "compare the server's cipher and curve settings with a current default; its log names the mismatch",
            ],
        ),
        Code::ServerNameUnrecognized => (
            Client,
            Handshake,
            "the server does not know the name it was called by",
            &["call the server by a name it is configured for; {host} is not one"],
        ),
        Code::ServerCertSelfSigned => (
            Server,
            ServerAuthentication,
            "the server's certificate is signed by itself, and nobody vouches for it",
            &[
                "install a certificate from a CA the clients trust",
                "if this very certificate is to be trusted, get it over a safe way and give it as --cacert",
            ],
        ),
        Code::ServerIssuerUnknown => (
            Server,
            ServerAuthentication,
            "the CA behind the server's certificate is not trusted here",
            &[
                "get the root certificate of {issuer} over a safe way and give it: fullcert probe {url} --cacert root.pem",
                "if the issuer is your company's TLS-inspecting proxy, trust its root or have {host} exempted",
            ],
        ),
        Code::ServerChainIncomplete => (
            Server,
            ServerAuthentication,
            "the server does not send the intermediate certificate its clients need",
            &["append the certificate of {issuer} to the server's certificate file and reload it"],
        ),
        Code::ServerCertExpired => (
            Server,
            ServerAuthentication,
            "a certificate of the server's chain has expired",
            &[
                "renew it on the server and reload; if it was renewed already, the running server still has the old one",
            ],
        ),
        Code::ServerCertNotYetValid => (
            Server,
            ServerAuthentication,
            "a certificate of the server's chain is not valid yet",
            &[
                "check this machine's clock (date -u); if it is right, the certificate was installed too early",
            ],
        ),
        Code::ServerNameMismatch => (
            Server,
            ServerAuthentication,
            "the server's certificate is for other names",
            &[
                "call it by a name in the certificate, or have {host} added to the certificate's alternative names",
            ],
        ),
        Code::ServerCertWrongPurpose => (
            Server,
            ServerAuthentication,
            "the server's certificate is not meant for servers",
            &["install a certificate whose extended key usage includes serverAuth"],
        ),
        Code::ServerCertRevoked => (
            Server,
            ServerAuthentication,
            "the server's certificate has been revoked",
            &["install a new certificate with a new key"],
        ),
        Code::ServerCertWeak => (
            Server,
            ServerAuthentication,
            "a key or signature in the server's chain is too weak to be trusted",
            &["renew with RSA 2048 or P-256 at least, signed with SHA-256 at least"],
        ),
        Code::ServerCertRejected => (
            Server,
            ServerAuthentication,
            "the server's chain breaks a rule that its clients hold it to",
            &["have it issued again by a CA that may issue it; because says which rule it breaks"],
        ),
        Code::ClientCertMissing => (
            Client,
            ClientAuthentication,
            "the server requires a client certificate and none was sent",
            &[
                "give the identity: fullcert probe {url} -E fullcert.pem (fullcert bundle makes that file)",
            ],
        ),
        Code::ClientCertNotRequested => (
            Server,
            ClientAuthentication,
            "an identity was given, but the server never asked for one",
            &[
                "check host and port: the mutual-TLS endpoint often has its own (Salesforce: port 8443 of the My Domain host)",
                "the server must be set to request client certificates (nginx: ssl_verify_client, httpd: SSLVerifyClient)",
                "a load balancer or TLS-inspecting proxy in between ends TLS itself: compare the server certificate's issuer",
            ],
        ),
        Code::ClientCertNotSent => (
            Client,
            ClientAuthentication,
            "the server asked, an identity was given, and none was sent",
            &[
                "use a certificate whose key type the server accepts and whose CA is among those it names",
            ],
        ),
        Code::ClientIssuerUnknown => (
            Either,
            ClientAuthentication,
            "the server does not trust the CA behind the client certificate",
            &[
                "send the server's owner the CA chain to trust: root and intermediates of {issuer}",
                "or get a certificate from one of the CAs the server names",
            ],
        ),
        Code::ClientChainIncomplete => (
            Client,
            ClientAuthentication,
            "the server was not given the intermediate certificates it needs",
            &[
                "get the certificate of {issuer} from your CA and build the file again: fullcert bundle {cert} intermediate.pem -o fullcert.pem",
                "in Java, import the reply with its whole chain, or use fullcert bundle … -o client.p12",
            ],
        ),
        Code::ClientCertSelfSigned => (
            Client,
            ClientAuthentication,
            "the client certificate is signed by itself, and the server takes only a CA's",
            &["have a request signed by a CA the server trusts: fullcert csr --key … --subject …"],
        ),
        Code::ClientCertExpired => (
            Client,
            ClientAuthentication,
            "a certificate of the client's chain has expired",
            &["renew it: fullcert csr --key … --subject …, have it signed, and bundle it again"],
        ),
        Code::ClientCertNotYetValid => (
            Client,
            ClientAuthentication,
            "a certificate of the client's chain is not valid yet",
            &[
                "check the clocks on both sides (date -u); if they are right, wait until it is valid",
            ],
        ),
        Code::ClientCertWrongPurpose => (
            Client,
            ClientAuthentication,
            "the client certificate is not meant for clients",
            &[
                "get a certificate whose extended key usage includes clientAuth; public CAs are ending it, so a private CA may be needed",
            ],
        ),
        Code::ClientCertRevoked => (
            Client,
            ClientAuthentication,
            "the client certificate has been revoked",
            &["make a new key and have a new certificate issued"],
        ),
        Code::ClientCertWeak => (
            Client,
            ClientAuthentication,
            "a key or signature in the client's chain is too weak for the server",
            &["make an RSA 2048 or P-256 key and have it signed with SHA-256 at least"],
        ),
        Code::ClientKeyMismatch => (
            Client,
            ClientAuthentication,
            "the private key does not belong to the certificate",
            &[
                "fullcert inspect on your key and certificate files shows which belong together; then fullcert bundle them",
            ],
        ),
        Code::ClientCertRejected => (
            Either,
            ClientAuthentication,
            "the server refused the client certificate, and the evidence does not say why",
            &["ask the server's owner for its log at this time: it names the reason"],
        ),
        Code::ClientCertForbidden => (
            Server,
            Stage::Application,
            "TLS accepted the certificate; the application does not let its owner in",
            &["have the certificate's subject mapped to a user or role in the application"],
        ),
        Code::SalesforceLoginFailed => (
            Client,
            Stage::Application,
            "Salesforce refused the login; no certificate is part of it",
            &[
                "check user name and password; where the address is not a trusted one, the security token follows the password directly",
                "log in on port 443 of the My Domain host; sandboxes have their own user names, which end in the sandbox's name",
                "Setup, Login History names the reason for each refused login; the user needs API Enabled and must not be locked",
            ],
        ),
        Code::SalesforceServerUrlForeign => (
            Either,
            Stage::Application,
            "the login names a server on another host, and the session was not sent there",
            &["check --login-url: is it the org's own host?"],
        ),
        Code::SalesforceMutualAuthenticationFailed => (
            Client,
            Stage::Application,
            "this Salesforce session may only be used over mutual TLS",
            &[
                "call port 8443 of the My Domain host with the certificate: fullcert probe https://{host}:8443/… -E fullcert.pem",
                "the leaf must be uploaded in Setup under Mutual Authentication Certificates, for a user with Enforce SSL/TLS Mutual Authentication",
            ],
        ),
        Code::SalesforceSessionInvalid => (
            Client,
            Stage::Application,
            "mutual TLS worked; the Salesforce session id did not",
            &["log in again and use the new session id"],
        ),
        Code::HttpForbidden => (
            Application,
            Stage::Application,
            "the application answered 403; mutual TLS is not the problem",
            &["check what the caller may do in the application itself"],
        ),
        Code::HttpUnauthorized => (
            Application,
            Stage::Application,
            "the application answered 401; mutual TLS is not the problem",
            &["check the request's own credentials (Authorization header, session id)"],
        ),
        Code::HttpError => (
            Application,
            Stage::Application,
            "the application answered with an error; mutual TLS is not the problem",
            &["check the path, the method and the body of the request"],
        ),
        Code::KeystorePasswordWrong => (
            Client,
            Preparation,
            "the password does not open the keystore",
            &[
                "ask whoever made the file; check for a trailing space or line end, and for an empty password",
                "fullcert inspect {store} --password-file FILE shows whether a password opens it, whatever the program says",
            ],
        ),
        Code::KeystoreAlgorithmUnsupported => (
            Client,
            Preparation,
            "the password is right, but the program cannot read the encryption or checksum of the keystore",
            &[
                "write it again with algorithms every reader of today knows: fullcert bundle {store} -o new.p12",
                "an old Java (before 8u301), Windows or macOS reads only the old ones: fullcert bundle {store} --p12-profile legacy -o new.p12",
            ],
        ),
        Code::KeystoreFormatWrong => (
            Client,
            Preparation,
            "the file is not a keystore of the kind the program expects, or was damaged on its way",
            &[
                "fullcert inspect {store} says what it is",
                "fullcert bundle {store} -o client.p12 -o client.jks writes the kinds programs ask for",
                "a build that filters resources (Maven, Gradle) damages binary files: exclude keystores from it",
            ],
        ),
        Code::KeystoreTampered => (
            Client,
            Preparation,
            "the keystore was altered after it was written: its checksum fails though the password opens it",
            &["fetch the file again from whoever made it, in binary mode"],
        ),
        Code::KeystoreEntryMissing => (
            Client,
            Preparation,
            "the keystore does not hold the entry the program looks for",
            &[
                "fullcert inspect {store} lists its entries with their aliases, and which have a private key",
                "an identity needs key and certificate under one alias: fullcert bundle key.pem cert.pem -o client.p12",
                "a trust store needs certificates as trusted entries: fullcert truststore root.pem -o trust.p12",
            ],
        ),
        Code::KeyPassphraseWrong => (
            Client,
            Preparation,
            "the passphrase does not open the private key, or none was given",
            &[
                "give the key's own passphrase; in a JKS it may differ from the store's password",
                "openssl pkey -in key.pem -out plain.pem asks for it and writes the key without",
            ],
        ),
        Code::KeyFormatUnsupported => (
            Client,
            Preparation,
            "the private key is in a form or of a kind the program does not read",
            &[
                "fullcert inspect {key} says what it is",
                "most programs read unencrypted PKCS#8 PEM: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key.p8.pem",
            ],
        ),
        Code::PemMalformed => (
            Client,
            Preparation,
            "the file is not the PEM text the program expects, or is a damaged one",
            &[
                "fullcert inspect {file} says what it is and where it is damaged",
                "copy each block whole, from its BEGIN line to its END line; a binary file (DER, PKCS#12) must be converted first",
            ],
        ),
        Code::ApplicationRefused => (
            Application,
            Stage::Application,
            "TLS stood, and the server refused in its own protocol; mutual TLS is not the problem",
            &["its own words say why; its log at this time may say more"],
        ),
    }
}
