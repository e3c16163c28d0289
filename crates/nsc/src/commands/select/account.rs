//! `nsc select account`.

use nsc_store::Selection;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Account {
    /// Its name or public key
    #[arg(value_name = "NAME")]
    name: String,
}

impl Account {
    /// What becomes current.
    pub(super) fn selection(self) -> Selection {
        Selection {
            account: Some(self.name),
            ..Selection::default()
        }
    }
}
