//! wget and the network in other languages than English.

use super::{Code, Fault, Phrase, Side, Topic, is, refuses};

#[rustfmt::skip]
pub(super) const PHRASES: &[Phrase] = &[
    // The server's certificate.
    refuses("wget", "le certificat émis est périmé", Fault::Expired, 92).by(Side::Client),
    refuses("wget", "le certificat émis a expiré", Fault::Expired, 92).by(Side::Client),
    refuses("wget", "certificat autosigné rencontré", Fault::SelfSigned, 92).by(Side::Client),
    refuses("wget", "el certificado ha expirado", Fault::Expired, 90).by(Side::Client),
    refuses("wget", "el certificado emitido ha expirado", Fault::Expired, 92).by(Side::Client),
    refuses("wget", "não foi possível verificar o certificado de", Fault::Unspecified, 62).by(Side::Client),
    refuses("wget", "não foi possível verificar localmente a autoridade do emissor", Fault::UnknownIssuer, 90).by(Side::Client),
    refuses("wget", "nie można zweryfikować certyfikatu", Fault::Unspecified, 62).by(Side::Client),
    refuses("wget", "nie można lokalnie zweryfikować", Fault::UnknownIssuer, 88).by(Side::Client),
    refuses("wget", "невозможно проверить сертификат", Fault::Unspecified, 62).by(Side::Client),
    refuses("wget", "невозможно локально проверить подлинность", Fault::UnknownIssuer, 90).by(Side::Client),
    refuses("wget", "срок действия выпущенного сертификата истёк", Fault::Expired, 92).by(Side::Client),
    refuses("wget", "обнаружен самостоятельно подписанный сертификат", Fault::SelfSigned, 92).by(Side::Client),
    refuses("wget", "発行者の権限を検証できませんでした", Fault::UnknownIssuer, 90).by(Side::Client),
    refuses("wget", "発行された証明書は期限が切れています", Fault::Expired, 92).by(Side::Client),
    refuses("wget", "selbst signiertes zertifikat gefunden", Fault::SelfSigned, 92).by(Side::Client),
    // The connection.
    is("wget", "impossible d'établir une connexion ssl", Code::HandshakeClosed, 64),
    is("wget", "nicht möglich , eine ssl verbindung herzustellen", Code::HandshakeClosed, 64),
    is("wget", "no se puede establecer la conexión ssl", Code::HandshakeClosed, 64),
    is("wget", "невозможно установить ssl соединение", Code::HandshakeClosed, 64),
    is("wget", "无法建立 ssl 连接", Code::HandshakeClosed, 64),
    is("wget", "impossible de résoudre l'adresse de l'hôte", Code::DnsFailure, 92),
    is("wget", "kann die host adresse * nicht auflösen", Code::DnsFailure, 92),
    is("wget", "no se pudo resolver la dirección del equipo", Code::DnsFailure, 92),
    is("wget", "无法解析主机地址", Code::DnsFailure, 92),
    is("wget", "не удаётся разрешить адрес", Code::DnsFailure, 92),
    is("the network", "connexion refusée |", Code::TcpRefused, 72),
    is("the network", "verbindungsaufbau abgelehnt |", Code::TcpRefused, 72),
    is("the network", "conexión rehusada |", Code::TcpRefused, 72),
    is("the network", "conexão recusada |", Code::TcpRefused, 72),
    is("the network", "connessione rifiutata |", Code::TcpRefused, 72),
    is("the network", "в соединении отказано |", Code::TcpRefused, 72),
    is("the network", "拒绝连接 |", Code::TcpRefused, 72).needs(Topic::Tls),
    is("the network", ": 拒绝连接", Code::TcpRefused, 72),
];
