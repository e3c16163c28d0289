//! Man pages: one a command, such as `nsc-add-user.1`.

use std::collections::BTreeMap;

use clap::{Arg, Command};
use nsc::error::Kind;
use roff::{Roff, bold, italic, roman};

use super::{
    about, after_help, below, examples, global_arguments, own_arguments, titled, told, usage, words,
};

/// The pages of a command and all below it.
pub(super) fn pages(root: &Command) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut pending = vec![root];
    while let Some(command) = pending.pop() {
        let name = words(command).replace(' ', "-");
        pages.insert(format!("man/{name}.1"), page(root, command));
        pending.extend(below(command));
    }
    pages
}

fn page(root: &Command, command: &Command) -> String {
    let is_root = command.get_name() == root.get_name();
    let name = words(command).replace(' ', "-");
    let mut text = title("nsc", &name);
    let mut roff = Roff::default();
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {}", about(command)))]);
    roff.control("SH", ["SYNOPSIS"]);
    let usage = usage(command);
    let rest = usage.strip_prefix(words(command)).unwrap_or_default();
    roff.text([bold(words(command)), italic(rest)]);
    roff.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut roff, &description(command));
    if command.is_hide_set() {
        roff.control("PP", []);
        roff.text([roman(
            "\"nsc help\" does not list this command, as that of the original tool does not.",
        )]);
    }
    let own = own_arguments(command);
    if !own.is_empty() {
        roff.control("SH", ["OPTIONS"]);
        own.into_iter().for_each(|arg| option(&mut roff, arg));
    }
    if is_root {
        roff.control("SH", ["GLOBAL OPTIONS"]);
        roff.text([roman("Every command takes these, anywhere on the line.")]);
        for arg in global_arguments(root) {
            option(&mut roff, arg);
        }
    }
    if command.has_subcommands() {
        roff.control("SH", ["COMMANDS"]);
        for command in below(command) {
            roff.control("TP", []);
            let page = words(command).replace(' ', "-");
            roff.text([bold(page), roman("(1)")]);
            roff.text([roman(about(command))]);
        }
    }
    if let Some(text) = after_help(command) {
        roff.control("SH", ["NOTES"]);
        paragraphs(&mut roff, &text);
    }
    shown_examples(&mut roff, command);
    if is_root {
        whole(&mut roff);
    } else {
        roff.control("SH", ["GLOBAL OPTIONS"]);
        roff.text([
            roman("The options of every command, such as "),
            bold("--output"),
            roman(", "),
            bold("--dry-run"),
            roman(" and "),
            bold("-H"),
            roman(", their environment variables and the exit status are in "),
            bold("nsc"),
            roman("(1)."),
        ]);
    }
    see_also(&mut roff, root, command);
    text.push_str(&roff.to_roff());
    text
}

/// The line that a page begins with. It has no date, so that pages change with their commands only.
pub(super) fn title(program: &str, name: &str) -> String {
    let name = name.to_uppercase();
    let version = env!("CARGO_PKG_VERSION");
    format!(".TH \"{name}\" \"1\" \"\" \"{program} {version}\" \"nsc manual\"\n")
}

fn description(command: &Command) -> String {
    let long = command.get_long_about().map(ToString::to_string);
    let text = long.unwrap_or_else(|| about(command));
    if text.ends_with(['.', ':']) {
        text
    } else {
        text + "."
    }
}

fn paragraphs(roff: &mut Roff, text: &str) {
    for line in text.lines() {
        if line.trim().is_empty() {
            roff.control("PP", []);
        } else {
            roff.text([roman(line.trim())]);
        }
    }
}

/// An option with what it is for.
fn option(roff: &mut Roff, arg: &Arg) {
    roff.control("TP", []);
    let shown = super::written(arg);
    let (names, value) = if arg.is_positional() {
        ("", shown.as_str())
    } else if super::is_switch(arg) {
        (shown.as_str(), "")
    } else {
        shown.split_at(value_start(&shown))
    };
    roff.text([bold(names), italic(value)]);
    roff.text([roman(told(arg))]);
}

/// Where the names of the values begin: behind the last flag.
fn value_start(shown: &str) -> usize {
    let flag = shown.rfind(" -").map_or(0, |place| place + 1);
    let length = shown[flag..].find(' ').unwrap_or(shown.len() - flag);
    flag + length
}

/// The examples of the help, lines as they are.
fn shown_examples(roff: &mut Roff, command: &Command) {
    let examples = examples(command);
    if examples.is_empty() {
        return;
    }
    roff.control("SH", ["EXAMPLES"]);
    for example in examples {
        roff.control("PP", []);
        roff.text([roman(format!("{}:", titled(example)))]);
        roff.control("PP", []);
        roff.control("nf", []);
        roff.control("RS", ["4"]);
        roff.text([bold(example.line)]);
        roff.control("RE", []);
        roff.control("fi", []);
    }
}

/// What is said once for all commands.
fn whole(roff: &mut Roff) {
    roff.control("SH", ["ENVIRONMENT"]);
    let mut variable = |name: &str, text: &str| {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(text)]);
    };
    for known in nsc::variables::all() {
        let text = format!("As --{}, where the flag is not given.", known.flag);
        variable(&known.name, &text);
    }
    for (name, text) in OTHER_VARIABLES {
        variable(name, text);
    }
    roff.control("PP", []);
    roff.text([roman(
        "Empty variables count as unset, but for those that count as soon as they are defined.",
    )]);
    roff.control("SH", ["EXIT STATUS"]);
    roff.control("TP", []);
    roff.text([bold("0")]);
    roff.text([roman("Done.")]);
    for kind in Kind::ALL {
        roff.control("TP", []);
        roff.text([bold(kind.status().to_string())]);
        roff.text([roman(kind.told())]);
    }
}

/// Variables that are not of a flag.
pub(super) const OTHER_VARIABLES: [(&str, &str); 13] = [
    ("NSC_HOME", "Folder of nsc.json."),
    ("NKEYS_PATH", "Folder of seeds and creds."),
    (
        "XDG_CONFIG_HOME",
        "Base of the folder of nsc.json; ~/.config without it.",
    ),
    (
        "XDG_DATA_HOME",
        "Base of the folders of stores and keys; ~/.local/share without it.",
    ),
    (
        "NSC_CWD_ONLY",
        "When defined, store, operator and account come from the working directory only.",
    ),
    (
        "NSC_NO_GIT_IGNORE",
        "When defined, no .gitignore is written into the keystore.",
    ),
    (
        "NSC_NO_HISTORY",
        "When defined, changes are not recorded, and cannot be undone.",
    ),
    (
        "NSC_TRASH_DAYS",
        "How many days removed seeds stay in the trash; 30 without it, 0 is not at all.",
    ),
    (
        "NSC_REVOKE_ON_DELETE",
        "Whether deleting a user revokes its JWT.",
    ),
    (
        "NSC_NAME_OPERATOR",
        "URL of the JWT of a well-known operator, which has the name in the place of NAME.",
    ),
    (
        "NATS_CA",
        "File with the root certificates that connections trust.",
    ),
    (
        "NATS_KEY, NATS_CERT",
        "Files with the client key and certificate of connections.",
    ),
    (
        "NSC_LOG",
        "What is logged on standard error, such as debug.",
    ),
];

fn see_also(roff: &mut Roff, root: &Command, command: &Command) {
    let mut names: Vec<String> = Vec::new();
    let path = words(command);
    if let Some((parent, _)) = path.rsplit_once(' ') {
        names.push(parent.replace(' ', "-"));
        let siblings = parent_of(root, parent).map(below).unwrap_or_default();
        let others = siblings
            .into_iter()
            .filter(|other| words(other) != path && !other.is_hide_set());
        if parent != words(root) {
            names.extend(others.map(|other| words(other).replace(' ', "-")));
        }
    } else {
        names.push("nk".to_owned());
    }
    roff.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for (n, name) in names.into_iter().enumerate() {
        if n > 0 {
            line.push(roman(", "));
        }
        line.push(bold(name));
        line.push(roman("(1)"));
    }
    roff.text(line);
}

fn parent_of<'c>(root: &'c Command, path: &str) -> Option<&'c Command> {
    path.split(' ')
        .skip(1)
        .try_fold(root, |level, word| level.find_subcommand(word))
}
