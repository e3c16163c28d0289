//! Tokens of version 1, moved to today's shape. What that version did not have is dropped.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::claims::{
    Account, AccountClaims, AccountLimits, Activation, ActivationClaims, Body, Claims, Export,
    ExportKind, Import, NO_LIMIT, NatsLimits, Operator, OperatorClaims, OperatorLimits,
    Permissions, SigningKeys, TimeRange, User, UserClaims, UserPermissionLimits,
};
use crate::jwt::DecodeError;
use crate::jwt::decode::read_json;

/// The members around the old `nats` object.
#[derive(Deserialize)]
struct Old<N> {
    #[serde(default)]
    aud: Option<String>,
    #[serde(default)]
    exp: Option<i64>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    issuer_account: Option<String>,
    #[serde(default = "Option::default")]
    nats: Option<N>,
}

impl<N: Default> Old<N> {
    fn convert<B: Body>(self, body: impl FnOnce(N, Shared) -> B) -> Claims<B> {
        let shared = Shared {
            tags: self.tags.unwrap_or_default(),
            issuer_account: self.issuer_account.unwrap_or_default(),
        };
        Claims {
            aud: self.aud.unwrap_or_default(),
            exp: self.exp.unwrap_or_default(),
            jti: self.jti.unwrap_or_default(),
            iat: self.iat.unwrap_or_default(),
            iss: self.iss.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            nbf: self.nbf.unwrap_or_default(),
            sub: self.sub.unwrap_or_default(),
            nats: body(self.nats.unwrap_or_default(), shared),
            unknown: crate::json::Unknown::default(),
        }
    }
}

/// Members that have moved into `nats` since.
struct Shared {
    tags: Vec<String>,
    issuer_account: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldOperator {
    signing_keys: Option<Vec<String>>,
    account_server_url: Option<String>,
    operator_service_urls: Option<Vec<String>>,
    system_account: Option<String>,
}

pub(super) fn operator(payload: &str) -> Result<OperatorClaims, DecodeError> {
    let old: Old<OldOperator> = read_json(payload)?;
    Ok(old.convert(|nats, shared| Operator {
        signing_keys: nats.signing_keys.unwrap_or_default(),
        account_server_url: nats.account_server_url.unwrap_or_default(),
        operator_service_urls: nats.operator_service_urls.unwrap_or_default(),
        system_account: nats.system_account.unwrap_or_default(),
        tags: shared.tags,
        claim_type: Operator::TYPE.to_owned(),
        version: 1,
        ..Operator::default()
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldAccount {
    imports: Option<Vec<Option<Import>>>,
    exports: Option<Vec<Option<Export>>>,
    limits: Option<OldAccountLimits>,
    signing_keys: Option<Vec<String>>,
    revocations: Option<BTreeMap<String, i64>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldAccountLimits {
    subs: Option<i64>,
    data: Option<i64>,
    payload: Option<i64>,
    imports: Option<i64>,
    exports: Option<i64>,
    wildcards: Option<bool>,
    disallow_bearer: Option<bool>,
    conn: Option<i64>,
    leaf: Option<i64>,
}

impl OldAccountLimits {
    fn convert(self) -> OperatorLimits {
        OperatorLimits {
            nats: NatsLimits {
                subs: self.subs.unwrap_or_default(),
                data: self.data.unwrap_or_default(),
                payload: self.payload.unwrap_or_default(),
                ..NatsLimits::default()
            },
            account: AccountLimits {
                imports: self.imports.unwrap_or_default(),
                exports: self.exports.unwrap_or_default(),
                wildcards: self.wildcards.unwrap_or_default(),
                disallow_bearer: self.disallow_bearer.unwrap_or_default(),
                conn: self.conn.unwrap_or_default(),
                leaf: self.leaf.unwrap_or_default(),
                ..AccountLimits::default()
            },
            ..OperatorLimits::default()
        }
    }
}

pub(super) fn account(payload: &str) -> Result<AccountClaims, DecodeError> {
    let old: Old<OldAccount> = read_json(payload)?;
    Ok(old.convert(|nats, shared| Account {
        imports: nats.imports.unwrap_or_default(),
        exports: nats.exports.unwrap_or_default(),
        limits: nats.limits.unwrap_or_default().convert(),
        signing_keys: SigningKeys(
            nats.signing_keys
                .unwrap_or_default()
                .into_iter()
                .map(|key| (key, None))
                .collect(),
        ),
        revocations: nats.revocations.unwrap_or_default(),
        tags: shared.tags,
        claim_type: Account::TYPE.to_owned(),
        version: 1,
        ..Account::default()
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldUser {
    r#pub: Option<crate::claims::Permission>,
    sub: Option<crate::claims::Permission>,
    resp: Option<crate::claims::ResponsePermission>,
    src: Option<crate::claims::NetworkList>,
    times: Option<Vec<TimeRange>>,
    times_location: Option<String>,
    subs: Option<i64>,
    data: Option<i64>,
    payload: Option<i64>,
    bearer_token: Option<bool>,
}

impl OldUser {
    fn limits(self) -> UserPermissionLimits {
        UserPermissionLimits {
            permissions: Permissions {
                publish: self.r#pub.unwrap_or_default(),
                subscribe: self.sub.unwrap_or_default(),
                resp: self.resp,
                ..Permissions::default()
            },
            src: self.src.map(Vec::from).unwrap_or_default(),
            times: self.times.unwrap_or_default(),
            times_location: self.times_location.unwrap_or_default(),
            limits: NatsLimits {
                subs: self.subs.unwrap_or(NO_LIMIT),
                data: self.data.unwrap_or(NO_LIMIT),
                payload: self.payload.unwrap_or(NO_LIMIT),
                ..NatsLimits::default()
            },
            bearer_token: self.bearer_token.unwrap_or_default(),
            ..UserPermissionLimits::default()
        }
    }
}

pub(super) fn user(payload: &str) -> Result<UserClaims, DecodeError> {
    let old: Old<OldUser> = read_json(payload)?;
    Ok(old.convert(|nats, shared| User {
        limits: nats.limits(),
        issuer_account: shared.issuer_account,
        tags: shared.tags,
        claim_type: User::TYPE.to_owned(),
        version: 1,
        ..User::default()
    }))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OldActivation {
    subject: Option<String>,
    r#type: Option<ExportKind>,
}

pub(super) fn activation(payload: &str) -> Result<ActivationClaims, DecodeError> {
    let old: Old<OldActivation> = read_json(payload)?;
    Ok(old.convert(|nats, shared| Activation {
        subject: nats.subject.unwrap_or_default(),
        kind: nats.r#type,
        issuer_account: shared.issuer_account,
        tags: shared.tags,
        claim_type: Activation::TYPE.to_owned(),
        version: 1,
        ..Activation::default()
    }))
}
