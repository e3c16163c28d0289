//! What may be published and subscribed to.

use nsc_core::edit::PermissionEdit;
use nsc_core::time;

use crate::args::{list, number};
use crate::error::CliError;
use crate::ui::{self, Step};

/// Permissions to set.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Permissions")]
pub struct PermissionArgs {
    /// Allow publishing to these subjects
    #[arg(long, value_name = "SUBJECTS")]
    allow_pub: Vec<String>,

    /// Allow subscribing to these subjects (`"subject queue"` for a queue)
    #[arg(long, value_name = "SUBJECTS")]
    allow_sub: Vec<String>,

    /// Allow both
    #[arg(long, value_name = "SUBJECTS")]
    allow_pubsub: Vec<String>,

    /// Deny publishing to these subjects
    #[arg(long, value_name = "SUBJECTS")]
    deny_pub: Vec<String>,

    /// Deny subscribing to these subjects
    #[arg(long, value_name = "SUBJECTS")]
    deny_sub: Vec<String>,

    /// Deny both
    #[arg(long, value_name = "SUBJECTS")]
    deny_pubsub: Vec<String>,

    /// Allow answers: so many messages for each request
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1",
        value_parser = number::integer
    )]
    allow_pub_response: Option<i64>,

    /// Old name of --allow-pub-response
    #[arg(long, value_name = "N", hide = true, value_parser = number::integer)]
    max_responses: Option<i64>,

    /// How long a request may be answered: `500ms`, `1h30m`
    #[arg(long, value_name = "DURATION")]
    response_ttl: Option<String>,
}

impl PermissionArgs {
    /// The permissions as an edit.
    ///
    /// # Errors
    /// When a list or the duration is not understood.
    pub fn edit(&self) -> Result<PermissionEdit, CliError> {
        if self.max_responses.is_some() {
            ui::notice("`--max-responses` is deprecated: use `--allow-pub-response=N`");
        }
        Ok(PermissionEdit {
            allow_pub: list::items(&self.allow_pub)?,
            allow_sub: list::items(&self.allow_sub)?,
            allow_pubsub: list::items(&self.allow_pubsub)?,
            deny_pub: list::items(&self.deny_pub)?,
            deny_sub: list::items(&self.deny_sub)?,
            deny_pubsub: list::items(&self.deny_pubsub)?,
            // 0 changes nothing, unless the old name is used.
            max_responses: self
                .allow_pub_response
                .filter(|max| *max != 0)
                .or(self.max_responses),
            response_ttl: match self.response_ttl.as_deref() {
                None | Some("") => None,
                Some(text) => Some(time::parse_duration(text)?),
            },
            ..PermissionEdit::default()
        })
    }

    /// A shell that took `$JS` for a variable leaves an empty value, which restricts nothing.
    pub fn warnings(&self) -> Vec<Step> {
        let lists = [
            ("allow-pub", &self.allow_pub),
            ("allow-sub", &self.allow_sub),
            ("allow-pubsub", &self.allow_pubsub),
            ("deny-pub", &self.deny_pub),
            ("deny-sub", &self.deny_sub),
            ("deny-pubsub", &self.deny_pubsub),
        ];
        lists
            .into_iter()
            .filter(|(_, uses)| uses.iter().any(String::is_empty))
            .map(|(flag, _)| {
                Step::warning(format!(
                    "`--{flag}` has an empty value, which adds nothing; subjects with `$` need single quotes"
                ))
            })
            .collect()
    }
}

/// Permissions to set and to take away.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Permissions")]
pub struct PermissionEditArgs {
    #[command(flatten)]
    set: PermissionArgs,

    /// Take these subjects off all lists
    #[arg(long, value_name = "SUBJECTS")]
    rm: Vec<String>,

    /// Remove the permission to answer
    #[arg(long)]
    rm_response_perms: Option<bool>,
}

impl PermissionEditArgs {
    /// The permissions as an edit.
    ///
    /// # Errors
    /// When a list or the duration is not understood.
    pub fn edit(&self) -> Result<PermissionEdit, CliError> {
        Ok(PermissionEdit {
            remove: list::items(&self.rm)?,
            remove_responses: self.rm_response_perms == Some(true),
            ..self.set.edit()?
        })
    }

    /// As [`PermissionArgs::warnings`].
    pub fn warnings(&self) -> Vec<Step> {
        self.set.warnings()
    }
}
