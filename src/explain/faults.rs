//! What it means for both sides that one holds a fault against the other's certificate.

use crate::catalogue::Code;
use crate::catalogue::phrases::{Fault, Side};

/// What it means that `side` holds this against the other's certificate.
pub(super) fn refused(fault: Fault, side: Side) -> &'static [Code] {
    match side {
        Side::Client => refused_server(fault),
        Side::Server => refused_client(fault),
    }
}

fn refused_server(fault: Fault) -> &'static [Code] {
    use Code::{
        HandshakeClosed, NoSharedParameters, ServerCertExpired, ServerCertNotYetValid,
        ServerCertRejected, ServerCertRevoked, ServerCertSelfSigned, ServerCertWeak,
        ServerCertWrongPurpose, ServerChainIncomplete, ServerIssuerUnknown, ServerNameMismatch,
    };
    match fault {
        Fault::Missing => &[NoSharedParameters],
        Fault::UnknownIssuer => &[ServerIssuerUnknown, ServerChainIncomplete],
        Fault::Incomplete => &[ServerChainIncomplete, ServerIssuerUnknown],
        Fault::SelfSigned => &[ServerCertSelfSigned],
        Fault::UntrustedRoot => &[ServerIssuerUnknown],
        Fault::Expired => &[ServerCertExpired],
        Fault::NotYetValid => &[ServerCertNotYetValid],
        Fault::WrongPurpose => &[ServerCertWrongPurpose],
        Fault::Revoked => &[ServerCertRevoked],
        Fault::RevocationUnknown => &[ServerCertRevoked, ServerIssuerUnknown],
        Fault::Weak => &[ServerCertWeak],
        Fault::Name => &[ServerNameMismatch],
        Fault::Key => &[HandshakeClosed],
        Fault::Chain => &[ServerCertRejected, ServerIssuerUnknown],
        Fault::Unspecified => &[
            ServerIssuerUnknown,
            ServerChainIncomplete,
            ServerCertExpired,
        ],
    }
}

fn refused_client(fault: Fault) -> &'static [Code] {
    use Code::{
        ClientCertExpired, ClientCertForbidden, ClientCertMissing, ClientCertNotYetValid,
        ClientCertRejected, ClientCertRevoked, ClientCertSelfSigned, ClientCertWeak,
        ClientCertWrongPurpose, ClientChainIncomplete, ClientIssuerUnknown, ClientKeyMismatch,
    };
    match fault {
        Fault::Missing => &[ClientCertMissing],
        Fault::UnknownIssuer => &[ClientIssuerUnknown, ClientChainIncomplete],
        Fault::Incomplete => &[ClientChainIncomplete, ClientIssuerUnknown],
        Fault::SelfSigned => &[ClientCertSelfSigned],
        Fault::UntrustedRoot => &[ClientIssuerUnknown],
        Fault::Expired => &[ClientCertExpired],
        Fault::NotYetValid => &[ClientCertNotYetValid],
        Fault::WrongPurpose => &[ClientCertWrongPurpose],
        Fault::Revoked => &[ClientCertRevoked],
        Fault::RevocationUnknown => &[ClientCertRejected, ClientCertRevoked],
        Fault::Weak => &[ClientCertWeak],
        Fault::Name => &[ClientCertRejected, ClientCertForbidden],
        Fault::Key => &[ClientKeyMismatch],
        Fault::Chain => &[ClientCertRejected, ClientChainIncomplete],
        Fault::Unspecified => &[ClientCertRejected, ClientIssuerUnknown],
    }
}
