//! Puts names into the arguments of the command that is being typed.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::{Arg, ArgAction, Command, ValueHint};
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use super::kinds::{Kind, kind_of};
use super::names::Source;

/// Tells the arguments of the command that the line leads to what may stand in them.
pub(super) fn to_leaf(root: &mut Command, source: &Arc<Source>) {
    let path = source.path();
    let mut leaf = root;
    for word in path.split_whitespace() {
        let Some(below) = leaf.find_subcommand_mut(word) else {
            return;
        };
        leaf = below;
    }
    let whole = std::mem::take(leaf);
    *leaf = whole.mut_args(|arg| with_candidates(arg, &path, source));
}

fn with_candidates(arg: Arg, path: &str, source: &Arc<Source>) -> Arg {
    let Some(kind) = kind_of(path, &arg) else {
        return arg;
    };
    // Flags that may be repeated take lists with commas, too.
    let is_list = !arg.is_positional() && matches!(arg.get_action(), ArgAction::Append);
    let arg = arg.value_hint(ValueHint::Other);
    let arg = if is_list {
        arg.value_delimiter(',')
    } else {
        arg
    };
    match kind {
        Kind::File => arg.add(ArgValueCompleter::new(PathCompleter::any())),
        Kind::Folder => arg.add(ArgValueCompleter::new(PathCompleter::dir())),
        kind => arg.add(ArgValueCompleter::new(Names {
            kind,
            source: Arc::clone(source),
        })),
    }
}

/// Names of one kind.
struct Names {
    kind: Kind,
    source: Arc<Source>,
}

impl ValueCompleter for Names {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (value, about) in self.source.candidates(self.kind, current) {
            if value.starts_with(current) {
                let about = Some(about).filter(|about| !about.is_empty());
                found.push(CompletionCandidate::new(value).help(about.map(Into::into)));
            }
        }
        if self.kind.may_be_file() && looks_like_path(current) {
            found.extend(PathCompleter::any().complete(OsStr::new(current)));
        }
        found
    }
}

/// Whether somebody is typing a path: names of things have neither.
fn looks_like_path(current: &str) -> bool {
    current.starts_with(['.', '~', '/']) || current.contains('/')
}
