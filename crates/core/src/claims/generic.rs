//! Claims of any other type, their content kept as free JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

use crate::claims::common::{Body, Claims};
use crate::json::Walk;
use crate::keys::KeyKind;

/// Claims whose `nats` object is not looked into.
pub type GenericClaims = Claims<Generic>;

/// The `nats` object of generic claims, if there is one: members sorted, numbers as doubles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Generic(pub Option<Map<String, Value>>);

impl Walk for Generic {}

impl Body for Generic {
    const TYPE: &'static str = "";
    const SUBJECT: Option<KeyKind> = None;
    const ISSUERS: &'static [KeyKind] = &[
        KeyKind::Account,
        KeyKind::Cluster,
        KeyKind::Curve,
        KeyKind::Operator,
        KeyKind::Server,
        KeyKind::User,
    ];

    fn stamp(&mut self) {
        if let Some(content) = &mut self.0 {
            content.insert("version".to_owned(), Value::from(crate::claims::VERSION));
        }
    }

    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl GenericClaims {
    /// The type of claims: one of the known ones, `generic` for another one, empty for none.
    pub fn claim_type(&self) -> &str {
        let named = self.nats.0.as_ref().and_then(|content| content.get("type"));
        match named.and_then(Value::as_str).unwrap_or_default() {
            "" => "",
            known @ ("operator"
            | "account"
            | "user"
            | "activation"
            | "authorization_request"
            | "authorization_response") => known,
            _ => "generic",
        }
    }
}

impl Serialize for Generic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Generic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut content = Map::<String, Value>::deserialize(deserializer)?;
        content.values_mut().for_each(to_doubles);
        Ok(Self(Some(content)))
    }
}

/// Free numbers have no type in the format: all are doubles, whole ones up to 2^53 exact.
fn to_doubles(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let double = number.as_f64().and_then(Number::from_f64);
            *number = double.unwrap_or_else(|| number.clone());
        }
        Value::Array(list) => list.iter_mut().for_each(to_doubles),
        Value::Object(members) => members.values_mut().for_each(to_doubles),
        _ => {}
    }
}
