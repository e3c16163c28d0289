//! `nsc select operator`.

use nsc_store::Selection;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Operator {
    /// Its name
    #[arg(value_name = "NAME")]
    name: String,
}

impl Operator {
    /// What becomes current.
    pub(super) fn selection(self) -> Selection {
        Selection {
            operator: Some(self.name),
            ..Selection::default()
        }
    }
}
