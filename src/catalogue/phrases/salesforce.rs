//! Salesforce, as a server and as a client.

use super::{Code, Fault, Phrase, Side, Topic, is, one_of, refuses};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    is("Salesforce", "mutual authentication failed |", Code::SalesforceMutualAuthenticationFailed, 92),
    is("Salesforce", "this session could not be mutually authenticated", Code::SalesforceMutualAuthenticationFailed, 95),
    // Other programs have sessions too: the bare words need Salesforce beside them.
    is("Salesforce", "invalid session id", Code::SalesforceSessionInvalid, 88).needs(Topic::Salesforce),
    is("Salesforce", "invalid session id : session expired or invalid", Code::SalesforceSessionInvalid, 94),
    is("Salesforce", "invalid session id found in sessionheader", Code::SalesforceSessionInvalid, 95),
    is("Salesforce", "this session is not valid for use with the", Code::SalesforceSessionInvalid, 92),
    is("Salesforce", "errorcode : invalid session id", Code::SalesforceSessionInvalid, 94),
    is("Salesforce", "session expired or invalid * invalid session id", Code::SalesforceSessionInvalid, 94),
    is("Salesforce", "exceptioncode invalid session id", Code::SalesforceSessionInvalid, 94),
    is("Salesforce", "exceptioncode > invalid session id", Code::SalesforceSessionInvalid, 94),
    is("Salesforce", "invalidsessionid", Code::SalesforceSessionInvalid, 85).needs(Topic::Salesforce),
    is("Salesforce", "session expired or invalid", Code::SalesforceSessionInvalid, 84).needs(Topic::Salesforce),
    is("Salesforce", "client certificate error : no client certificate provided", Code::ClientCertMissing, 95),
    refuses("Salesforce", "| client certificate error :", Fault::Unspecified, 72).by(Side::Server),
    is("Salesforce", "could not find client cert with dev name", Code::KeystoreEntryMissing, 95),
    is("Salesforce", "no certificate was imported because the keystore file doesn't contain a privatekey entry", Code::KeystoreEntryMissing, 95),
    is("Salesforce", "the key is not an rsa key", Code::KeyFormatUnsupported, 92),
    is("Salesforce", "the key must be in pkcs 8 format", Code::KeyFormatUnsupported, 94),
    is("Salesforce", "imported keys must have a bit size of", Code::KeyFormatUnsupported, 90),
    is("Salesforce", "the private key does not match the certificate chain in the keystore", Code::ClientKeyMismatch, 95),
    is("Salesforce", "this certificate is expired", Code::ClientCertExpired, 70).needs(Topic::Salesforce),
    one_of("Salesforce", "calloutexception : received fatal alert", &[Code::ClientCertRejected, Code::ClientCertMissing], 40),
    is("Salesforce", "calloutexception : unable to tunnel through proxy", Code::ProxyRefused, 94),
    is("Salesforce", "calloutexception : unauthorized endpoint", Code::HttpForbidden, 40),
    is("Salesforce", "invalid username , password , security token", Code::SalesforceLoginFailed, 95),
    is("Salesforce", "login must use security token", Code::SalesforceLoginFailed, 95),
    is("Salesforce", "invalid login :", Code::SalesforceLoginFailed, 85).needs(Topic::Salesforce),
    is("Salesforce", "invalid grant : authentication failure", Code::SalesforceLoginFailed, 85).needs(Topic::Salesforce),
];
