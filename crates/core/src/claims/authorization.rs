//! Claims of auth callouts: what a server asks, and what is answered.

use crate::claims::common::{Body, Claims, common_members};
use crate::claims::object::{claims_object, read_as_is};
use crate::keys::KeyKind;

/// The claims with which a server asks whether somebody may connect.
pub type AuthorizationRequestClaims = Claims<AuthorizationRequest>;
/// The claims with which a callout answers.
pub type AuthorizationResponseClaims = Claims<AuthorizationResponse>;

claims_object! {
    /// The server that asks.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ServerId {
        /// Its name.
        name: String = keep "name",
        /// Its address.
        host: String = keep "host",
        /// Its public key.
        id: String = keep "id",
        /// Its version.
        version: String = omit "version",
        /// Its cluster.
        cluster: String = omit "cluster",
        /// Its tags.
        tags: Vec<String> = omit "tags",
        /// Its curve key, if the request is encrypted.
        xkey: String = omit "xkey",
    }
}

claims_object! {
    /// What the server knows of the connection.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ClientInformation {
        /// Address of the client.
        host: String = omit "host",
        /// Number of the connection.
        id: u64 = omit "id",
        /// User name or key.
        user: String = omit "user",
        /// Name that the client gave.
        name: String = omit "name",
        /// Tags.
        tags: Vec<String> = omit "tags",
        /// Name from the token.
        name_tag: String = omit "name_tag",
        /// Kind of connection.
        kind: String = omit "kind",
        /// Protocol of the connection.
        client_type: String = omit "type",
        /// MQTT client identifier.
        mqtt_id: String = omit "mqtt_id",
        /// Nonce that the server sent.
        nonce: String = omit "nonce",
    }
}

claims_object! {
    /// What the client sent to connect.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ConnectOptions {
        /// User token.
        jwt: String = omit "jwt",
        /// Public key.
        nkey: String = omit "nkey",
        /// Signed nonce.
        sig: String = omit "sig",
        /// Authentication token.
        auth_token: String = omit "auth_token",
        /// User name.
        user: String = omit "user",
        /// Password.
        pass: String = omit "pass",
        /// Client name.
        name: String = omit "name",
        /// Client language.
        lang: String = omit "lang",
        /// Client version.
        version: String = omit "version",
        /// Protocol number.
        protocol: i64 = keep "protocol",
    }
}

claims_object! {
    /// TLS of the connection.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ClientTls {
        /// Protocol version.
        version: String = omit "version",
        /// Cipher suite.
        cipher: String = omit "cipher",
        /// Certificates, PEM.
        certs: Vec<String> = omit "certs",
        /// Verified chains, PEM.
        verified_chains: Vec<Vec<String>> = omit "verified_chains",
    }
}

claims_object! {
    /// The `nats` object of an authorization request.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct AuthorizationRequest {
        /// The server that asks.
        server_id: ServerId = keep "server_id",
        /// One-time public user key that the answer must be about.
        user_nkey: String = keep "user_nkey",
        /// The connection.
        client_info: ClientInformation = keep "client_info",
        /// What the client sent.
        connect_opts: ConnectOptions = keep "connect_opts",
        /// TLS, if used.
        client_tls: Option<ClientTls> = omit "client_tls",
        /// Nonce of the request.
        request_nonce: String = omit "request_nonce",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for AuthorizationRequest {
    const TYPE: &'static str = "authorization_request";
    const SUBJECT: Option<KeyKind> = None;
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Server];

    common_members!();
}

claims_object! {
    /// The `nats` object of an authorization response: either a user token or an error.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct AuthorizationResponse {
        /// Token of the user that the connection becomes.
        jwt: String = omit "jwt",
        /// Why it is refused.
        error: String = omit "error",
        /// Public key of the account, where a signing key of it signed.
        issuer_account: String = omit "issuer_account",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for AuthorizationResponse {
    const TYPE: &'static str = "authorization_response";
    const SUBJECT: Option<KeyKind> = None;
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Account];

    common_members!();
}

read_as_is!(ServerId, ClientInformation, ConnectOptions);
