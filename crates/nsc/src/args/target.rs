//! The existing thing that a command is about.

use crate::args::entity;

/// Its name or public key, as flag or as word; the flag wins.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TargetArgs {
    /// Name or public key
    #[arg(short, long, value_name = "NAME")]
    pub name: Option<String>,

    /// Name or public key
    #[arg(value_name = "NAME")]
    pub word: Option<String>,
}

impl TargetArgs {
    /// What was given; an empty value counts as none.
    pub fn given(&self) -> Option<&str> {
        entity::given(&self.name).or(entity::given(&self.word))
    }
}
