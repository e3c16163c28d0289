//! `--tag` and `--rm-tag`.

use nsc_core::edit::ListEdit;

use crate::app::App;
use crate::args::{ask, list};
use crate::error::CliError;

/// Labels to add and remove.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub struct TagArgs {
    /// Add these labels
    #[arg(long, value_name = "TAGS")]
    tag: Vec<String>,

    /// Remove these labels
    #[arg(long, value_name = "TAGS")]
    rm_tag: Vec<String>,
}

impl TagArgs {
    /// The labels as an edit.
    ///
    /// # Errors
    /// When a list is not understood.
    pub fn edit(&self) -> Result<ListEdit, CliError> {
        Ok(ListEdit {
            add: list::items(&self.tag)?,
            remove: list::items(&self.rm_tag)?,
        })
    }

    /// Asks for labels to remove, then for labels to add.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(&mut self, app: &App, current: &[String]) -> Result<(), CliError> {
        self.rm_tag
            .extend(ask::some_of(app, "tags to remove", current)?);
        self.tag.extend(ask::list(app, "tags to add (a,b)")?);
        Ok(())
    }
}
