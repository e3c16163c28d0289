//! What every token carries: the standard members, and the traits that tell the types apart.

use crate::claims::object::{Readable, claims_object};
use crate::json::{self, Unknown, Unset, Walk};
use crate::keys::{KeyKind, PublicKey};

claims_object! {
    /// The claims of a token whose `nats` object is a `B`.
    ///
    /// Times are unix seconds; 0 stands for "not set". `iss`, `iat` and `jti` are written by
    /// [`crate::jwt::encode`], whatever they hold before.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Claims<B: Body> {
        /// Audience.
        aud: String = omit "aud",
        /// The last second in which the token is valid; 0 means for ever.
        exp: i64 = omit "exp",
        /// Identifier made of the other standard members.
        jti: String = omit "jti",
        /// When the token was issued.
        iat: i64 = omit "iat",
        /// Public key of the signer.
        iss: String = omit "iss",
        /// Name of the entity.
        name: String = omit "name",
        /// The first second in which the token is valid; 0 means always.
        nbf: i64 = omit "nbf",
        /// Public key of the entity that the token is about.
        sub: String = omit "sub",
        /// What is particular to the type of token.
        nats: B = omit "nats",
    }
}

impl<B: Body> Claims<B> {
    /// Makes claims about `subject` with the defaults of their type.
    pub fn new(subject: &PublicKey) -> Self {
        let mut claims = Self {
            sub: subject.to_text(),
            ..Self::default()
        };
        B::fill_new(&mut claims);
        claims
    }

    /// Reads claims from their JSON text as tokens hold it: broken Unicode becomes U+FFFD, names
    /// that differ in letter case are those of the format, unknown members are kept.
    ///
    /// # Errors
    /// Text that is no JSON object, and members of the wrong type or out of range.
    pub fn from_json(text: impl Into<Vec<u8>>) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&json::readable(text.into()))
    }

    /// The claims as text, members in the order in which they are signed.
    pub fn to_json(&self) -> String {
        json::to_text(self)
    }

    /// Shows `visit` the unknown members of every object in the claims, empty ones included.
    ///
    /// # Examples
    /// ```
    /// use nsc_core::claims::UserClaims;
    ///
    /// let text = r#"{"sub":"U","nats":{"pub":{},"sub":{},"hat":"red"}}"#;
    /// let mut claims: UserClaims = serde_json::from_str(text)?;
    /// let mut names = Vec::new();
    /// claims.for_each_unknown(&mut |unknown| names.extend(unknown.names().map(str::to_owned)));
    /// assert_eq!(names, ["hat"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn for_each_unknown(&mut self, visit: &mut dyn FnMut(&mut Unknown)) {
        self.walk_unknown(visit);
    }

    /// The paths of all members of this type of claims, those of lists and maps through their
    /// entries.
    ///
    /// # Examples
    /// ```
    /// use nsc_core::claims::UserClaims;
    ///
    /// let paths = UserClaims::member_paths();
    /// assert!(paths.iter().any(|path| path == "exp"));
    /// assert!(paths.iter().any(|path| path == "nats.pub.allow"));
    /// ```
    pub fn member_paths() -> Vec<String> {
        let mut found = Vec::new();
        <Self as Walk>::member_paths("", &mut found);
        found
    }

    /// Whether the token was signed by the key that it is about.
    pub fn is_self_signed(&self) -> bool {
        self.iss == self.sub
    }
}

/// The `nats` object of one type of token.
pub trait Body:
    Walk + Clone + Default + PartialEq + serde::Serialize + serde::de::DeserializeOwned
{
    /// The text of `nats.type`; empty for generic claims, which have none.
    const TYPE: &'static str;
    /// The kind of key that the subject must be; `None` where any text will do.
    const SUBJECT: Option<KeyKind>;
    /// The kinds of key that may sign.
    const ISSUERS: &'static [KeyKind];

    /// Sets what new claims of this type start with.
    fn fill_new(_claims: &mut Claims<Self>) {}
    /// Brings lists into the order in which they are written.
    fn prepare(&mut self) {}
    /// Sets `type` and `version`.
    fn stamp(&mut self);
    /// Whether the whole `nats` member is left out of the text.
    fn is_absent(&self) -> bool {
        false
    }
    /// The tags of the entity.
    fn tags(&self) -> &[String] {
        &[]
    }
}

/// The methods of [`Body`] that bodies with `tags`, `claim_type` and `version` share.
macro_rules! common_members {
    () => {
        fn stamp(&mut self) {
            Self::TYPE.clone_into(&mut self.claim_type);
            self.version = $crate::claims::VERSION;
        }

        fn tags(&self) -> &[String] {
            &self.tags
        }
    };
}

pub(crate) use common_members;

impl<B: Body> Unset for B {
    fn is_unset(&self) -> bool {
        self.is_absent()
    }
}

impl<B: Body> Readable for B {
    type Via = B;
    fn from_read(value: B) -> Self {
        value
    }
}
