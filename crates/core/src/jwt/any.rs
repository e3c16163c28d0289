//! The claims of a token whose type is only known once it is read.

use crate::claims::{
    AccountClaims, ActivationClaims, AuthorizationRequestClaims, AuthorizationResponseClaims, Body,
    Claims, GenericClaims, OperatorClaims, UserClaims,
};
use crate::json::Unknown;

/// The claims of a token of any type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AnyClaims {
    /// An account's.
    Account(Box<AccountClaims>),
    /// An activation's.
    Activation(Box<ActivationClaims>),
    /// A server's question.
    AuthorizationRequest(Box<AuthorizationRequestClaims>),
    /// A callout's answer.
    AuthorizationResponse(Box<AuthorizationResponseClaims>),
    /// Of no type that is known.
    Generic(Box<GenericClaims>),
    /// An operator's.
    Operator(Box<OperatorClaims>),
    /// A user's.
    User(Box<UserClaims>),
}

/// Runs an expression over the claims, whatever their type.
macro_rules! each_type {
    ($any:expr, $claims:ident => $body:expr) => {
        match $any {
            AnyClaims::Account($claims) => $body,
            AnyClaims::Activation($claims) => $body,
            AnyClaims::AuthorizationRequest($claims) => $body,
            AnyClaims::AuthorizationResponse($claims) => $body,
            AnyClaims::Generic($claims) => $body,
            AnyClaims::Operator($claims) => $body,
            AnyClaims::User($claims) => $body,
        }
    };
}

impl AnyClaims {
    /// The type of the claims as it stands in tokens; `generic` for unknown ones.
    pub fn claim_type(&self) -> &str {
        fn type_of<B: Body>(_: &Claims<B>) -> &'static str {
            B::TYPE
        }
        match self {
            Self::Generic(_) => "generic",
            typed => each_type!(typed, claims => type_of(claims)),
        }
    }

    /// The claims as text, members in the order in which they are signed.
    pub fn to_json(&self) -> String {
        each_type!(self, claims => claims.to_json())
    }

    /// Shows `visit` the unknown members of every object in the claims.
    pub fn for_each_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        each_type!(self, claims => claims.for_each_unknown(visit));
    }

    /// What the token is about.
    pub fn subject(&self) -> &str {
        each_type!(self, claims => &claims.sub)
    }

    /// The key that signed it.
    pub fn issuer(&self) -> &str {
        each_type!(self, claims => &claims.iss)
    }

    /// The name of the entity.
    pub fn name(&self) -> &str {
        each_type!(self, claims => &claims.name)
    }

    /// When it was issued, unix seconds.
    pub fn issued_at(&self) -> i64 {
        each_type!(self, claims => claims.iat)
    }

    /// When it expires, unix seconds; 0 means never.
    pub fn expires_at(&self) -> i64 {
        each_type!(self, claims => claims.exp)
    }
}
