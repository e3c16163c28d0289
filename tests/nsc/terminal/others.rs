//! Stores and servers.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Key, TestHome};
use serde_json::json;

use super::{DOWN, ask, talk, talk_after_second_thoughts};
use crate::stock::{self, key};
use crate::system;

#[test]
fn init_asks_without_being_told_to() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    stock::line(&home, "env").success();
    let before = home.tree();
    for question in [
        "stores folder",
        "operator",
        "name of operator, account and user",
    ] {
        let mut terminal = stock::line(&home, "init").terminal();
        if question != "stores folder" {
            terminal.asks("stores folder").answer("");
        }
        if question.starts_with("name") {
            terminal.asks("operator").answer("");
        }
        terminal.asks(question).press(Key::Escape);
        terminal.ends(1);
        assert_eq!(before.changes(&home.tree()), [""; 0], "{question}");
    }
    let mut terminal = stock::line(&home, "init").terminal();
    terminal.dialog(&[("stores folder", ""), ("operator", ""), ("name of", "a/b")]);
    terminal.asks("name of").answer("\x7f\x7f");
    terminal.ends(0);
    assert_eq!(home.account_token("a", "a").claim("name"), "a");
    let mut terminal = stock::line(&home, "init").terminal();
    terminal.dialog(&[("stores folder", ""), ("operator", ""), ("name of", "a")]);
    terminal.shows("exists already").asks("name of").answer("2");
    terminal.ends(0);
    home.user_token("a2", "a2", "a2");
}

#[test]
fn push_and_pull() {
    let home = system::home(json!({}));
    let server = system::full_server(&home);
    let url = server.url();
    let push = [
        ("Account", DOWN),
        ("URL", url.as_str()),
        ("System account", ""),
    ];
    let screen = talk_after_second_thoughts(&home, "push", &push);
    assert!(screen.contains("account `B`"), "{screen}");
    assert!(system::holds(&server, 2) && !system::holds(&server, 1));
    let mut terminal = ask(&home, "push -a A");
    terminal.asks("URL").answer("ftp://h");
    terminal.asks("URL").press(Key::Interrupt);
    terminal.ends(1);

    let pull = [
        ("operator and all accounts?", "n"),
        ("Account", DOWN),
        ("URL", url.as_str()),
        ("System account", ""),
    ];
    let line = "pull";
    talk_after_second_thoughts(&home, line, &pull);
    let all = [
        ("all accounts?", ""),
        ("URL", url.as_str()),
        ("System account", ""),
    ];
    talk(&home, line, &all);
}

#[test]
fn the_tools_ask_for_account_and_user() {
    let home = system::home(json!({}));
    for user in ["u", "v"] {
        let creds = stock::line(&home, &format!("generate creds -a A -n {user}"));
        let creds = creds.secret_expected().success();
        home.write(home.creds_file("O", "A", user), creds.stdout());
    }
    let server = system::server(&home, "--mem-resolver");
    let line = format!("tool pub x --nats {}", server.url());
    talk_after_second_thoughts(&home, &line, &[("Account", ""), ("User", DOWN)]);
}

#[test]
fn an_account_is_validated() {
    let home = stock::home();
    talk_after_second_thoughts(&home, "validate", &[("Account", "")]);
}

#[test]
fn operators_accounts_users_and_files_are_described() {
    let home = stock::home();
    stock::operator(&home, "P", &key(KeyKind::Operator, 3), json!({}));
    home.nsc(["select", "operator", "O"]).success();
    for (line, dialog, shown) in [
        ("describe operator", &[("operator", DOWN)][..], "P"),
        ("describe account", &[("Account", DOWN)], "B"),
        ("describe user", &[("Account", ""), ("User", DOWN)], "v"),
    ] {
        let screen = talk_after_second_thoughts(&home, line, dialog);
        let row = screen.lines().find(|row| row.contains("Name"));
        assert!(row.is_some_and(|row| row.contains(shown)), "{screen}");
    }
    let file = home
        .stores()
        .join("O/accounts/A/A.jwt")
        .display()
        .to_string();
    let dialog = [("File or URL", file.as_str())];
    let screen = talk_after_second_thoughts(&home, "describe jwt", &dialog);
    assert!(screen.contains("Account Details"), "{screen}");
}

#[test]
fn accounts_migrate() {
    let home = stock::home();
    stock::operator(&home, "P", &key(KeyKind::Operator, 3), json!({}));
    stock::store_seed(&home, &key(KeyKind::Operator, 3));
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    home.nsc(["select", "operator", "P"]).success();
    let folder = home.stores().join("O").display().to_string();
    let file = format!("{folder}/accounts/A/A.jwt");
    let dialog = [("All accounts", "n"), ("File or URL", file.as_str())];
    talk_after_second_thoughts(&home, "migrate", &dialog);
    let user = home.user_token("P", "A", "u");
    let dialog = [
        ("All accounts", ""),
        ("Folder", folder.as_str()),
        ("Replace account `A`", "y"),
    ];
    talk_after_second_thoughts(&home, "migrate", &dialog);
    assert_eq!(home.user_token("P", "A", "u"), user);
    home.account_token("P", "B");
}
