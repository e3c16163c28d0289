//! `nsc completion`, and what the scripts ask.

use std::path::Path;
use std::process::Command;

use nsc_core::keys::KeyKind;
use nsc_testkit::{TestHome, find_secret};
use serde_json::json;

use crate::stock;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn every_shell_has_a_script_that_asks_the_program() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let before = home.tree();
    for shell in SHELLS {
        let full = home.nsc(["completion", shell]).success();
        full.stdout_has("__complete").stdout_has("nsc");
        assert_eq!(full.stderr(), "");
        let bare = home
            .nsc(["completion", shell, "--no-descriptions"])
            .success();
        let described = bare.stdout().contains("__complete ");
        assert!(!described, "{shell}: {bare}");
        home.nsc(["completion", &shell.to_uppercase()])
            .success()
            .stdout_has("__complete");
    }
    assert_eq!(
        before.changes(&home.tree()),
        [""; 0],
        "no configuration is made"
    );
}

#[test]
fn other_names_print_help() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for args in [&["completion"][..], &["completion", "tcsh"]] {
        let output = home.nsc(args).success();
        output
            .stdout_has("powershell")
            .stdout_has("Usage: nsc completion ");
        assert_eq!(
            output.stderr().contains("no completion for a shell `tcsh`"),
            args.len() == 2,
            "{output}"
        );
    }
    let mistyped = home.nsc(["completion", "bsh"]).success();
    mistyped
        .stderr_has("there is no completion for a shell `bsh`")
        .stderr_has("did you mean `bash`?");
    home.nsc(["completion", "bsh", "--strict"]).failure(1);
}

/// The candidates for the last word of a line, whose words have no blanks.
fn candidates(home: &TestHome, line: &str) -> Vec<String> {
    let words = ["__complete"].into_iter().chain(line.split(' '));
    let output = home.nsc(words).success();
    assert_eq!(output.stderr(), "", "{line}");
    let mut lines: Vec<&str> = output.stdout().lines().collect();
    let last = lines.pop().unwrap_or_default();
    assert!(last == ":4" || last == ":6", "{output}");
    let value = |line: &&str| line.split('\t').next().unwrap_or_default().to_owned();
    lines.iter().map(value).collect()
}

/// A store with one of everything.
fn full_home() -> TestHome {
    let home = stock::home();
    let key = stock::key(KeyKind::Operator, 2);
    stock::operator(&home, "P", &key, json!({}));
    home.write("work/some.jwt", "");
    for words in [
        "select operator O",
        "edit signing-key -a A --sk generate --role worker --allow-pub w",
        "edit account A --tag blue,red",
        "edit operator --sk generate",
        "add export -a A --subject p.> --name PX",
        "add export -a A --service --subject s --name SX",
        "add import -a B --src-account A --remote-subject p.>",
        "add mapping -a A --from f --to t",
        "add user -a A gone",
        "delete user -a A gone --rm-nkey",
        "revocations add-user -a A -n u",
        "select account A",
    ] {
        stock::line(&home, words).success();
    }
    home
}

#[test]
fn names_of_the_store_are_offered() {
    let home = full_home();
    let claims = home.account_token("O", "A");
    let keys = claims.claims()["nats"]["signing_keys"]
        .as_array()
        .unwrap()
        .clone();
    let role_key = keys[0]["key"].as_str().unwrap().to_owned();
    let operator = home.operator_token("O");
    let operator_key = operator.claims()["nats"]["signing_keys"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let account = stock::key(KeyKind::Account, 1).public;
    let user = stock::key(KeyKind::User, 1).public;
    let trashed = home
        .nsc(["trash", "list", "--output", "json"])
        .success()
        .json();
    let trashed = trashed["result"][0]["public_key"]
        .as_str()
        .unwrap()
        .to_owned();
    for (line, expected) in [
        ("select operator ".to_owned(), &["O", "P"][..]),
        ("describe account ".to_owned(), &["A", "B"]),
        ("describe account -n ".to_owned(), &["A", "B"]),
        ("list users -a ".to_owned(), &["A", "B"]),
        (
            "push --account=".to_owned(),
            &["--account=A", "--account=B"],
        ),
        (format!("describe account {}", &account[..4]), &[&account]),
        ("describe user -a A ".to_owned(), &["u", "v"]),
        ("describe user ".to_owned(), &["u", "v"]),
        ("generate creds -a A -n ".to_owned(), &["u", "v"]),
        (format!("describe user -a A {}", &user[..4]), &[&user]),
        ("tool pub -a A -u ".to_owned(), &["u", "v"]),
        ("delete user -a A -n u,".to_owned(), &["u,u", "u,v"]),
        ("add user -a A -K w".to_owned(), &["worker"]),
        (format!("add user -a A -K {}", &role_key[..4]), &[&role_key]),
        (
            format!("edit account A --rm-sk {}", &role_key[..2]),
            &[&role_key],
        ),
        ("edit operator --rm-sk ".to_owned(), &[&operator_key]),
        ("edit signing-key -a A --role ".to_owned(), &["worker"]),
        ("edit export -a A --subject ".to_owned(), &["p.>", "s"]),
        ("edit export -a A --name ".to_owned(), &["PX", "SX"]),
        ("delete import -a B --subject ".to_owned(), &["p.>"]),
        ("delete import -a B --src-account ".to_owned(), &["A"]),
        (
            "add import -a B --src-account A --remote-subject ".to_owned(),
            &["p.>", "s"],
        ),
        ("delete mapping -a A --from ".to_owned(), &["f"]),
        ("delete mapping -a A --from f --to ".to_owned(), &["t"]),
        ("edit account A --rm-tag ".to_owned(), &["blue", "red"]),
        ("trash restore ".to_owned(), &[&trashed]),
        ("revocations delete-user -a A -n ".to_owned(), &["u", &user]),
        ("describe jwt --file so".to_owned(), &["some.jwt"]),
        ("--strict describe acc".to_owned(), &["account"]),
        ("describe account --js".to_owned(), &["--json"]),
        ("generate config --format ".to_owned(), &["conf"]),
        ("validate --output ".to_owned(), &["text", "json", "jsonl"]),
    ] {
        let found = candidates(&home, &line);
        for value in expected {
            assert!(
                found.iter().any(|found| found == value),
                "{line}: no {value} in {found:?}"
            );
        }
        let others = ["deleted", "gone"];
        assert!(
            !found.iter().any(|found| others.contains(&found.as_str())),
            "{line}"
        );
    }
    let commits = candidates(&home, "undo ");
    let newest: u64 = commits[0].parse().unwrap();
    assert!(newest > 5 && commits.len() > 5, "{commits:?}");
    let described = home
        .nsc(["__complete", "describe", "account", ""])
        .success();
    described.stdout_has("A\taccount");
    let bare = home
        .nsc(["__completeNoDesc", "describe", "account", ""])
        .success();
    assert!(!bare.stdout().contains('\t'), "{bare}");
}

#[test]
fn folders_in_the_line_and_in_variables_count() {
    let home = stock::home();
    home.nsc(["-H", "other", "add", "operator", "X"]).success();
    home.nsc(["-H", "other", "add", "account", "Y"]).success();
    assert_eq!(candidates(&home, "-H other describe account "), ["Y"]);
    assert_eq!(
        candidates(&home, "describe account --data-dir other -n "),
        ["Y"]
    );
    assert_eq!(candidates(&home, "describe account "), ["A", "B"]);
    let words = ["__complete", "describe", "account", ""];
    let by_variable = home.nsc(words).env("NSC_ALL_DIRS", "other").success();
    by_variable.stdout_has("Y\t");
    // Whatever else is set does not matter.
    for (name, value) in [
        ("NSC_OUTPUT", "json"),
        ("NSC_INTERACTIVE", "1"),
        ("NSC_OUTPUT", "xml"),
    ] {
        let output = home.nsc(words).env(name, value).success();
        assert!(output.stdout().ends_with(":4\n"), "{output}");
    }
}

#[test]
fn help_goes_on_with_commands() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    assert_eq!(candidates(&home, "help add us"), ["user", "users"]);
    assert_eq!(candidates(&home, "help tool r"), ["req", "reply", "rtt"]);
    assert_eq!(
        candidates(&home, "help generate diagram "),
        ["component", "object"]
    );
    assert_eq!(candidates(&home, "help add user "), [""; 0]);
    assert_eq!(candidates(&home, "help no such"), [""; 0]);
}

#[test]
fn nothing_is_written_and_no_secret_told() {
    let home = full_home();
    let seed = stock::key(KeyKind::Account, 7).seed;
    home.write(
        home.stores().join(format!("O/accounts/{seed}/{seed}.jwt")),
        "no token",
    );
    home.write(format!("work/{seed}"), "");
    let before = home.tree();
    let fresh = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let untouched = fresh.tree();
    for line in [
        "describe account ",
        "describe account S",
        "describe jwt --file ",
        "undo ",
        "log ",
        "add user -K ",
        "trash restore ",
        "",
        "edit operator --rm-sk ",
    ] {
        for home in [&home, &fresh] {
            let found = candidates(home, line).join("\n");
            assert!(find_secret(&found).is_none(), "{line}");
        }
    }
    assert_eq!(before.changes(&home.tree()), [""; 0]);
    assert_eq!(untouched.changes(&fresh.tree()), [""; 0]);
}

#[test]
fn a_damaged_store_gives_what_can_be_read_and_no_words() {
    let home = full_home();
    home.write(home.stores().join("O/accounts/A/A.jwt"), "no token");
    assert_eq!(candidates(&home, "describe account "), ["A", "B"]);
    assert_eq!(candidates(&home, "edit export -a A --subject x"), [""; 0]);
    home.write(home.stores().join("O/O.jwt"), [0xff, 0xfe]);
    assert_eq!(candidates(&home, "edit operator --rm-sk O"), [""; 0]);
    home.write(home.config().join("nsc.json"), "{");
    assert_eq!(candidates(&home, "describe account A"), [""; 0]);
    assert_eq!(candidates(&home, "describe acc"), ["account"]);
}

/// What bash puts into the line for Tab, driven as readline drives it.
#[cfg(unix)]
fn bash(home: &TestHome, line: &str) -> Vec<String> {
    let script = r#"
        source <(nsc completion bash)
        COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
        spec=$(complete -p nsc)
        [[ $spec == *"-F __nsc_complete nsc" ]] || exit 9
        __nsc_complete nsc
        (( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}"
        exit 0"#;
    run_shell(home, "bash", &["-c", script, "bash", line])
        .lines()
        .map(str::to_owned)
        .collect()
}

#[cfg(unix)]
fn run_shell(home: &TestHome, shell: &str, args: &[&str]) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_nsc")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = Command::new(shell)
        .args(args)
        .env_clear()
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("HOME", home.path())
        .env("LANG", "C.UTF-8")
        .current_dir(home.work())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    assert!(
        output.status.success() && stderr.is_empty(),
        "{stdout}{stderr}"
    );
    stdout
}

/// Names that a shell would do things with.
const HOSTILE: [&str; 7] = [
    "a b",
    "it's",
    "say \"hi\"",
    "$(touch hacked)",
    "`touch hacked`",
    "*",
    "-x; touch hacked",
];

#[cfg(unix)]
fn hostile_home() -> TestHome {
    let home = stock::home();
    for (n, name) in (10..).zip(HOSTILE) {
        stock::account(&home, "O", name, n, json!({}));
    }
    stock::account(&home, "O", "line\nfeed", 30, json!({}));
    stock::account(&home, "O", "es\u{1b}[2Jcape", 31, json!({}));
    home
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_flags_and_names() {
    let home = full_home();
    for (line, expected) in [
        ("nsc desc", &["describe"][..]),
        ("nsc describe op", &["operator"]),
        (
            "nsc describe account --lo",
            &["--long-ids", "--lock-timeout"],
        ),
        ("nsc describe account ", &["A", "B"]),
        ("nsc describe user -a A ", &["u", "v"]),
        ("nsc add user -a A -K wo", &["worker"]),
        ("nsc describe account --output=j", &["json", "jsonl"]),
        ("nsc edit export -a A --subject p", &[r"p.\>"]),
        ("nsc edit export -a A --subject 'p", &["p.>"]),
        ("echo $(x); nsc describe account ", &["A", "B"]),
        ("nsc zork ", &[]),
    ] {
        assert_eq!(bash(&home, line), expected, "{line}");
    }
    let user = stock::key(KeyKind::User, 1).public;
    let line = format!("nsc describe user -a A {}", &user[..5]);
    assert_eq!(bash(&home, &line), [user]);
}

#[cfg(unix)]
#[test]
fn bash_takes_hostile_names_for_names() {
    let home = hostile_home();
    for quote in ["", "'", "\""] {
        let line = format!("nsc describe account {quote}");
        let replies = bash(&home, &format!("nsc describe account -n {quote}"));
        assert!(replies.len() >= HOSTILE.len(), "{replies:?}");
        // Put into a line, each is one word: the name.
        let mut names = Vec::new();
        for reply in replies {
            let line = format!("printf '%s\\n' {quote}{reply}{quote}");
            names.push(run_shell(&home, "bash", &["-c", &line]));
        }
        for name in HOSTILE {
            assert!(
                names.contains(&format!("{name}\n")),
                "{line}: {name}: {names:?}"
            );
        }
        assert!(
            names
                .iter()
                .all(|name| !name.contains("feed") && !name.contains("cape"))
        );
    }
    assert!(!home.work().join("hacked").exists());
}

/// PowerShell is on few machines: its words are quoted here, which the unit tests look at.
#[cfg(unix)]
#[test]
fn powershell_and_others_get_hostile_names_in_one_line_each() {
    let home = hostile_home();
    let output = home
        .nsc(["__completePowerShell", "=describe", "=account", "=-n", "="])
        .success();
    output
        .stdout_has("'it''s'\t")
        .stdout_has("'$(touch hacked)'\t");
    let names = candidates(&home, "describe account -n ");
    let mut expected: Vec<&str> = HOSTILE.into_iter().chain(["A", "B"]).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    expected.sort_unstable();
    names.sort_unstable();
    assert_eq!(names, expected);
    // As a word it would be a flag.
    assert!(
        !candidates(&home, "describe account ")
            .iter()
            .any(|name| name.starts_with('-'))
    );
}
