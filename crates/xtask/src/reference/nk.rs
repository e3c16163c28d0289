//! The pages of `nk`, made of its table of flags.

use std::fmt::Write;

use roff::{Roff, bold, italic, roman};

const WAYS: [&str; 4] = [
    "nk -gen TYPE [-pubout] [-pre LETTERS [-maxpre N]] [-e FILE]",
    "nk -inkey FILE -pubout",
    "nk -sign FILE -inkey FILE",
    "nk -verify FILE -sigfile FILE (-inkey FILE | -pubin FILE)",
];

const RULES: [&str; 4] = [
    "Flags are written with one dash or two, their value behind = or as the next word. Reading stops at the first word that is no flag; of a flag that is given twice the last counts.",
    "Where a FILE is wanted, - is standard input, for one file of a command. A key file may hold other lines, such as comments or the rest of a creds file: the first line that is a key of the wanted sort is taken.",
    "When flags ask for several things, the first of this order is done: -v, -gen, -sign, -verify, -inkey with -pubout.",
    "Exit status is 0 when done and 1 when not; failures go to standard error in one line that never shows a secret.",
];

pub(super) fn man() -> String {
    let mut roff = Roff::default();
    roff.control("SH", ["NAME"]);
    roff.text([roman("nk - Makes and uses NATS keys")]);
    roff.control("SH", ["SYNOPSIS"]);
    for (n, way) in WAYS.iter().enumerate() {
        if n > 0 {
            roff.control("br", []);
        }
        let rest = way.strip_prefix("nk").unwrap_or(way);
        roff.text([bold("nk"), roman(rest)]);
    }
    roff.control("SH", ["DESCRIPTION"]);
    for rule in RULES {
        roff.text([roman(rule)]);
        roff.control("PP", []);
    }
    roff.control("SH", ["OPTIONS"]);
    for flag in nk::flags()
        .into_iter()
        .filter(|flag| !flag.about.is_empty())
    {
        roff.control("TP", []);
        roff.text([
            bold(format!("-{}", flag.name)),
            roman(" "),
            italic(flag.value),
        ]);
        roff.text([roman(flag.about)]);
    }
    roff.control("TP", []);
    roff.text([bold("-h")]);
    roff.text([roman("print the help")]);
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("nsc"), roman("(1)")]);
    super::man::title("nk", "nk") + &roff.to_roff()
}

pub(super) fn page() -> String {
    let mut text = String::from("# `nk`\n\nMakes and uses NATS keys.\n\n```text\n");
    text.push_str(&WAYS.join("\n"));
    text.push_str("\n```\n");
    for rule in RULES {
        let _ = write!(text, "\n{rule}\n");
    }
    text.push_str("\n| flag | what it does |\n|---|---|\n");
    for flag in nk::flags()
        .into_iter()
        .filter(|flag| !flag.about.is_empty())
    {
        let written = format!("-{} {}", flag.name, flag.value);
        let _ = writeln!(text, "| `{}` | {} |", written.trim_end(), flag.about);
    }
    text.push_str("| `-h` | print the help |\n");
    text
}

/// The types of keys that `-gen` makes.
const TYPES: &str = "operator account user server cluster curve";

/// What may stand behind a flag.
enum Value {
    None,
    Type,
    File,
    Free,
}

fn value(flag: &nk::FlagHelp) -> Value {
    match flag.value {
        "" => Value::None,
        "TYPE" => Value::Type,
        "FILE" => Value::File,
        _ => Value::Free,
    }
}

/// The flags whose value is of a sort, as bash matches them.
fn pattern(wanted: impl Fn(&Value) -> bool) -> String {
    let flags = nk::flags().into_iter().filter(|flag| wanted(&value(flag)));
    let names = flags.map(|flag| format!("-{name} | --{name}", name = flag.name));
    names.collect::<Vec<_>>().join(" | ")
}

/// Completion for bash.
pub(super) fn bash() -> String {
    let flags: Vec<String> = nk::flags()
        .iter()
        .map(|flag| format!("-{}", flag.name))
        .collect();
    format!(
        r#"# Completion of nk for bash.
_nk() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} reply
    COMPREPLY=()
    case ${{COMP_WORDS[COMP_CWORD - 1]}} in
        {types})
            COMPREPLY=($(compgen -W "{TYPES}" -- "$current"))
            ;;
        {files})
            compopt -o filenames 2>/dev/null
            while IFS= read -r reply; do
                COMPREPLY+=("$reply")
            done < <(compgen -f -- "$current")
            ;;
        {free}) ;;
        *)
            COMPREPLY=($(compgen -W "{all} -h" -- "$current"))
            ;;
    esac
}}
complete -F _nk nk
"#,
        types = pattern(|value| matches!(value, Value::Type)),
        files = pattern(|value| matches!(value, Value::File)),
        free = pattern(|value| matches!(value, Value::Free)),
        all = flags.join(" "),
    )
}

/// Completion for zsh.
pub(super) fn zsh() -> String {
    let mut text = String::from("#compdef nk\n# Completion of nk for zsh.\n_arguments \\\n");
    for flag in nk::flags()
        .into_iter()
        .filter(|flag| !flag.about.is_empty())
    {
        let about = flag.about.replace(['[', ']', ':', '\''], " ");
        let value = match value(&flag) {
            Value::None => String::new(),
            Value::Type => format!(":{}:({TYPES})", flag.value),
            Value::File => format!(":{}:_files", flag.value),
            Value::Free => format!(":{}: ", flag.value),
        };
        let _ = writeln!(text, "    '-{}[{about}]{value}' \\", flag.name);
    }
    text.push_str("    '-h[print the help]'\n");
    text
}

/// Completion for fish.
pub(super) fn fish() -> String {
    let mut text = String::from("# Completion of nk for fish.\ncomplete -c nk -f\n");
    for flag in nk::flags()
        .into_iter()
        .filter(|flag| !flag.about.is_empty())
    {
        let value = match value(&flag) {
            Value::None => String::new(),
            Value::Type => format!(" -x -a '{TYPES}'"),
            Value::File => " -r -F".to_owned(),
            Value::Free => " -x".to_owned(),
        };
        let about = flag.about.replace('\'', "\\'");
        let _ = writeln!(text, "complete -c nk -o {}{value} -d '{about}'", flag.name);
    }
    text.push_str("complete -c nk -o h -d 'print the help'\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_are_those_of_the_help() {
        let usage = nk::usage();
        for name in TYPES.split(' ') {
            assert!(usage.contains(name), "{name}");
        }
    }

    #[test]
    fn the_ways_are_those_of_the_help() {
        let usage = nk::usage();
        for way in WAYS {
            assert!(usage.contains(way), "{way}");
        }
        for flag in nk::flags() {
            assert!(
                man().contains(&format!("\\-{}", flag.name)),
                "{}",
                flag.name
            );
        }
    }
}
