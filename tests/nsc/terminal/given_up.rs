//! Dialogs of a question or two, and what a cancelled one leaves of the terminal.

use nsc_testkit::{Key, Token};
use serde_json::json;

use super::{DOWN, Dialog, talk_after_second_thoughts, tree};
use crate::stock::{self, account, key};
use crate::{system, upgrade_jwt};

const ACCOUNT: (&str, &str) = ("Account", "");

#[test]
fn whom_and_which_account() {
    let home = stock::home();
    let exports = json!([{
        "name": "P", "subject": "p.*", "type": "service", "token_req": true, "revocations": {"*": 5},
    }]);
    account(
        &home,
        "O",
        "A",
        1,
        json!({"exports": exports, "revocations": {"*": 5}}),
    );
    let user = [ACCOUNT, ("User", DOWN)];
    let dialogs: &[(&str, Dialog<'_>)] = &[
        ("generate creds -o v.creds", &user),
        ("revocations list-users", &[ACCOUNT]),
        ("revocations list-activations --service", &[ACCOUNT]),
    ];
    for (line, dialog) in dialogs {
        talk_after_second_thoughts(&home, line, dialog);
    }
    let creds = home.read("work/v.creds");
    home.write(home.creds_file("O", "A", "v"), &creds);
    talk_after_second_thoughts(&home, "generate context --context c", &user);
    let user = Token::parse(creds.lines().nth(1).unwrap());
    assert_eq!(user.claim("name"), "v");
}

#[test]
fn pointless_revocations_are_kept_unless_somebody_says_yes() {
    let home = stock::home();
    let gone = key(nsc_core::keys::KeyKind::User, 77).public;
    account(&home, "O", "A", 1, json!({"revocations": {gone: 5}}));
    home.nsc(["env"]).success();
    let before = tree(&home);
    let ask = || stock::line(&home, "revocations compact -a A --longest 1d").terminal();
    for key in [Key::Escape, Key::Interrupt, Key::EndOfInput] {
        let mut terminal = ask();
        terminal.asks("Drop this").press(key);
        terminal.ends(1);
        assert_eq!(before.changes(&tree(&home)), [""; 0], "{key:?}");
    }
    let mut terminal = ask();
    terminal.asks("Drop this").answer("y");
    terminal.ends(0);
    assert_eq!(
        home.account_token("O", "A").claim("nats.revocations"),
        &json!(null)
    );
}

#[test]
fn servers_are_looked_at_as_somebody() {
    let home = system::home(json!({}));
    let server = system::full_server(&home);
    let url = server.url();
    stock::line(&home, &format!("push -A -u {url}")).success();
    let dialog = [("URL", url.as_str()), ("System account", "")];
    for line in ["status", "watch --for 100ms"] {
        talk_after_second_thoughts(&home, line, &dialog);
    }
}

#[test]
fn an_operator_of_version_1_stays_one() {
    let home = upgrade_jwt::home();
    stock::line(&home, "env").success();
    let before = tree(&home);
    for key in [Key::Escape, Key::Interrupt, Key::EndOfInput] {
        let mut terminal = stock::line(&home, "upgrade-jwt").terminal();
        terminal.asks("").press(key);
        let (code, screen) = terminal.end();
        assert_ne!(code, Some(0), "{screen}");
        assert_eq!(before.changes(&tree(&home)), [""; 0], "{key:?}");
    }
}

/// A shell that goes on gets the terminal back as it gave it.
#[test]
fn the_terminal_is_as_it_was() {
    let home = stock::home();
    for key in [Key::Escape, Key::Interrupt, Key::EndOfInput] {
        let mut terminal = home.shell("nsc add account -i; stty -a").terminal();
        terminal.asks("name of").press(key);
        let screen = terminal.ends(0);
        assert!(
            screen.contains("cancelled; nothing was changed"),
            "{screen}"
        );
        for mode in ["icanon", "echo", "isig", "icrnl"] {
            let is_on = screen.split_whitespace().any(|word| word == mode);
            assert!(is_on, "{key:?}: no {mode}\n{screen}");
        }
    }
}
