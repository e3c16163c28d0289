//! `nsc add mapping`.

use nsc_core::edit::{Change, Difference, NewMapping};
use nsc_core::value;
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::presence::{IfAbsentArg, as_asked};
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddMapping {
    /// Subject that is mapped
    #[arg(short, long, value_name = "SUBJECT")]
    from: Option<String>,

    /// Subject it is mapped to; `$1` stands for the first `*`
    #[arg(short, long, value_name = "SUBJECT")]
    to: Option<String>,

    /// Percent of the messages, 1 to 100; 100 without this
    #[arg(long, value_name = "PERCENT", value_parser = weight, default_value = "0", hide_default_value = true)]
    weight: u8,

    /// Cluster in which the target counts; everywhere without this
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_absent: IfAbsentArg,
}

impl AddMapping {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let (Some(from), Some(to)) = (given(&self.from), given(&self.to)) else {
            return Err(CliError::usage("a mapping needs both subjects")
                .hint("nsc add mapping --from SUBJECT --to SUBJECT"));
        };
        let new = NewMapping {
            from: from.to_owned(),
            to: to.to_owned(),
            weight: self.weight,
            cluster: self.cluster.clone().unwrap_or_default(),
        };
        let edit = AccountEdit::open(app, &self.account)?;
        self.if_absent
            .or_add(|| there(&edit, &new), || add(app, &edit, &new))
    }
}

fn add(app: &App, edit: &AccountEdit, new: &NewMapping) -> Result<Report, CliError> {
    let changed = edit.change(app, "add mapping", Judged::Change, |claims| {
        Ok(new.apply(claims)?)
    })?;
    let change = changed.outcome.clone();
    let step = Step::ok(change.to_string());
    let weight = if new.weight == 0 { 100 } else { new.weight };
    let result = AddedMapping {
        changes: vec![change],
        ..AddedMapping::of(edit, new, weight)
    };
    changed.report(app, result, vec![step])
}

/// The target that is there, if it is as it was asked for.
fn there(edit: &AccountEdit, new: &NewMapping) -> Result<Option<Report>, CliError> {
    let claims = edit.read()?;
    let targets = claims.nats.mappings.get(&new.from).into_iter().flatten();
    let mut same = targets
        .flatten()
        .filter(|target| target.subject == new.to && target.cluster == new.cluster);
    let Some(found) = same.next() else {
        return Ok(None);
    };
    let weight = found.effective_weight();
    let is_met = new.weight == 0 || new.weight == weight;
    let difference = || Difference::new("weight", new.weight.to_string(), weight.to_string());
    let differences = (!is_met).then(difference).into_iter().collect();
    let what = format!("mapping of `{}` to `{}`", new.from, new.to);
    let report = Report::new(AddedMapping::of(edit, new, weight));
    as_asked(
        &what,
        Entity::new(EntityKind::Mapping, &new.from),
        differences,
        report,
    )
    .map(Some)
}

/// The range of the number; which weights are good is judged with the claims.
fn weight(text: &str) -> Result<u8, String> {
    let number = value::parse_unsigned(text).map_err(|error| error.to_string())?;
    u8::try_from(number).map_err(|_| format!("`{text}` is over 100"))
}

/// A mapping that was added, or got another weight.
#[derive(JsonSchema, Serialize)]
pub(super) struct AddedMapping {
    /// Name of the account.
    account: String,
    /// Subject that is mapped.
    from: String,
    /// Subject it is mapped to.
    to: String,
    /// Percent of the messages.
    weight: u8,
    /// Cluster in which the target counts; absent for everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    /// What is different.
    #[schemars(with = "Vec<foreign::Change>")]
    changes: Vec<Change>,
}

impl AddedMapping {
    fn of(edit: &AccountEdit, new: &NewMapping, weight: u8) -> Self {
        let cluster = Some(new.cluster.clone()).filter(|cluster| !cluster.is_empty());
        Self {
            account: edit.account().to_owned(),
            from: new.from.clone(),
            to: new.to.clone(),
            weight,
            cluster,
            changes: Vec::new(),
        }
    }
}

impl Show for AddedMapping {
    fn show(&self, _page: &mut Page) {}
}
