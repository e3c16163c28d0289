//! `--if-absent` and `--if-exists`: commands that may be given again.

use nsc_core::edit::Difference;
use nsc_store::{Context, Selection};

use crate::app::App;
use crate::commands::select::save_if_asked;
use crate::entity::{Entity, EntityKind};
use crate::error::{CliError, Kind};
use crate::ui::{Report, Step};

/// `--if-absent`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct IfAbsentArg {
    /// Change nothing where it is there already as asked for; a conflict (4) where it has other settings
    #[arg(long)]
    pub if_absent: bool,
}

impl IfAbsentArg {
    /// Adds, unless it is there: `there` looks, and refuses other settings.
    ///
    /// It looks again where adding failed, since somebody else may have added the same meanwhile.
    ///
    /// # Errors
    /// Those of `there`, and those of `add`.
    pub fn or_add(
        self,
        there: impl Fn() -> Result<Option<Report>, CliError>,
        add: impl FnOnce() -> Result<Report, CliError>,
    ) -> Result<Report, CliError> {
        if !self.if_absent {
            return add();
        }
        if let Some(report) = there()? {
            return Ok(report);
        }
        add().or_else(|error| there()?.ok_or(error))
    }

    /// Refuses `*` for a name: what is invented is never there.
    ///
    /// # Errors
    /// When the name is to be invented.
    pub fn check_name(self, what: &str, name: Option<&str>) -> Result<(), CliError> {
        if self.if_absent && name == Some(crate::args::name::INVENT) {
            return Err(
                CliError::usage("`--if-absent` needs a name, and `*` invents one")
                    .about(EntityKind::Flag, "--if-absent")
                    .hint(format!("nsc add {what} NAME --if-absent")),
            );
        }
        Ok(())
    }
}

/// `--if-exists`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct IfExistsArg {
    /// Change nothing where it does not exist
    #[arg(long)]
    pub if_exists: bool,
}

impl IfExistsArg {
    /// Takes what is not there for deleted.
    ///
    /// # Errors
    /// Every other failure; without the flag this one, too.
    pub fn allow_missing(self, deleted: Result<Report, CliError>) -> Result<Report, CliError> {
        match deleted {
            Err(error) if self.if_exists && error.kind == Kind::NotFound => {
                let text = format!("{}: nothing was changed", error.on_one_line());
                Ok(Report::steps(vec![Step::ok(text)]).unchanged())
            }
            other => other,
        }
    }
}

/// Whether `what` is as it was asked for: tells so, or refuses it with the differences.
///
/// # Errors
/// When there are differences.
pub fn as_asked(
    what: &str,
    entity: Entity,
    differences: Vec<Difference>,
    report: Report,
) -> Result<Report, CliError> {
    if differences.is_empty() {
        let text = format!("{what} is there already, as asked for: nothing was changed");
        return Ok(report.with_steps([Step::ok(text)]).unchanged());
    }
    Err(conflict(what, entity, differences))
}

/// Makes what is there the current one, as adding it does: the commands that follow work on the same either way.
///
/// # Errors
/// A configuration file that cannot be written.
pub fn make_current(
    app: &App,
    context: &Context,
    selection: &Selection,
    report: Report,
) -> Result<Report, CliError> {
    let chosen = context.select(selection)?;
    if (chosen.operator(), chosen.account()) == (context.operator(), context.account()) {
        return Ok(report);
    }
    let step = Step::ok("but it is the current one from now on");
    save_if_asked(app, &chosen, selection, report.with_steps([step]))
}

/// The refusal of what is there with other settings.
pub fn conflict(what: &str, entity: Entity, differences: Vec<Difference>) -> CliError {
    let message = format!("{what} is there already, with other settings");
    let mut error = CliError::new(Kind::Conflict, message).about_entity(Some(entity));
    error.causes = differences.iter().map(ToString::to_string).collect();
    error.differences = differences.into();
    error.hint("change what is there first, or ask for what it is; `nsc describe` shows it")
}
