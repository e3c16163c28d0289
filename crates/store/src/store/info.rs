//! `.nsc`: the file that makes a folder an operator store.

use serde::{Deserialize, Serialize};

use crate::names;

/// The content of `.nsc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreInfo {
    /// Whether the operator was imported as a JWT: accounts are then self-signed.
    pub managed: bool,
    /// Name of the operator: its JWT is `<name>.jwt`, its creds lie in the folder `<name>`.
    pub name: String,
}

impl StoreInfo {
    pub(super) fn parse(content: &[u8]) -> Result<Self, String> {
        let file: InfoFile = serde_json::from_slice(content).map_err(|e| e.to_string())?;
        if file.kind != OPERATOR {
            return Err(format!(
                "kind is `{}`, not `{OPERATOR}`",
                file.kind.escape_debug()
            ));
        }
        if !names::is_single_component(&file.name) {
            return Err(format!("`{}` is no name", file.name.escape_debug()));
        }
        Ok(Self {
            managed: file.managed,
            name: file.name,
        })
    }

    /// The text of the file: compact, members in their fixed order.
    pub fn to_text(&self) -> String {
        nsc_core::json::to_text(&InfoFile {
            managed: self.managed,
            name: self.name.clone(),
            kind: OPERATOR.to_owned(),
            version: "1".to_owned(),
        })
    }
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct InfoFile {
    managed: bool,
    name: String,
    kind: String,
    version: String,
}

const OPERATOR: &str = "operator";
