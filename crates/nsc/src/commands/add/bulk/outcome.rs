//! What became of the lines.

use schemars::JsonSchema;
use serde::Serialize;

use super::Refused;
use crate::error::Kind;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// So many lines are told of one by one.
const TOLD: usize = 20;

/// Everything that was added, and every line that was not.
#[derive(Debug, JsonSchema, Serialize)]
pub(in crate::commands::add) struct Outcome<T> {
    /// What was added.
    pub(in crate::commands::add) added: Vec<T>,
    /// Names of those that were there already, as asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::commands::add) unchanged: Vec<String>,
    /// Lines that added nothing.
    pub(in crate::commands::add) refused: Vec<Refused>,
}

impl<T> Show for Outcome<T> {
    fn show(&self, _page: &mut Page) {}
}

impl<T: Serialize + JsonSchema + 'static> Outcome<T> {
    /// Whether there is something to write.
    pub(in crate::commands::add) fn is_to_be_written(&self, keep_going: bool) -> bool {
        self.refused.is_empty()
            || (keep_going && !(self.added.is_empty() && self.unchanged.is_empty()))
    }

    /// The report; `what` is one of the things, `warnings` belong to lines.
    pub(in crate::commands::add) fn report(
        mut self,
        what: &str,
        keep_going: bool,
        warnings: Vec<Step>,
    ) -> Report {
        let written = self.is_to_be_written(keep_going);
        let mut steps = few(warnings, "warnings");
        steps.extend(few(
            self.refused.iter().map(told(what)).collect(),
            "lines refused",
        ));
        if written && !self.unchanged.is_empty() {
            let there = count(self.unchanged.len(), what);
            steps.push(Step::ok(format!("left {there} as it was asked for")));
        }
        if written {
            steps.push(Step::ok(format!("added {}", count(self.added.len(), what))));
        } else {
            steps.push(Step::error(format!(
                "nothing was added: {} refused",
                count(self.refused.len(), "line")
            )));
            self.added.clear();
        }
        let failure = self.failure(written);
        let report = Report::new(self).with_steps(steps);
        match failure {
            Some(kind) => report.with_failure(kind),
            None => report,
        }
    }

    /// In part done; or what all lines failed with.
    fn failure(&self, written: bool) -> Option<Kind> {
        let first = self.refused.first()?.kind;
        if written {
            return Some(Kind::Partial);
        }
        let alike = self.refused.iter().all(|refused| refused.kind == first);
        Some(if alike { first } else { Kind::Failed })
    }
}

fn told(what: &str) -> impl Fn(&Refused) -> Step + '_ {
    move |refused| {
        let name = refused.name.as_ref();
        let name = name.map_or_else(String::new, |name| format!(", {what} `{name}`"));
        let causes = refused.causes.iter().map(|cause| format!(": {cause}"));
        let causes: String = causes.collect();
        Step::error(format!(
            "line {}{name}: {}{causes}",
            refused.line, refused.error
        ))
    }
}

/// The first steps, and how many more there are.
fn few(mut steps: Vec<Step>, what: &str) -> Vec<Step> {
    let more = steps.len().saturating_sub(TOLD);
    if more > 0 {
        let level = steps[0].level;
        steps.truncate(TOLD);
        let text = format!("{more} more {what} (all of them: --output json)");
        steps.push(Step {
            level,
            ..Step::ok(text)
        });
    }
    steps
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
