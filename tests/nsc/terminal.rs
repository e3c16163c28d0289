//! Commands with `-i`, and a person at a real terminal.

mod entities;
mod given_up;
mod others;
mod refused;
mod sharing;

use nsc_testkit::{FileTree, Key, Terminal, TestHome};

use crate::stock;

/// The next choice of a list.
const DOWN: &str = "\x1b[B";
/// Ticks a choice of a list.
const TICK: &str = " ";

/// A part of each question, and what is typed before Enter.
type Dialog<'a> = &'a [(&'a str, &'a str)];

/// Starts `nsc LINE -i` at a terminal.
#[track_caller]
fn ask<'home>(home: &'home TestHome, line: &str) -> Terminal<'home> {
    stock::line(home, &format!("{line} -i")).terminal()
}

/// Runs `nsc LINE -i` and answers all of its questions, these in this order; gives the last screen.
#[track_caller]
fn talk(home: &TestHome, line: &str, dialog: Dialog<'_>) -> String {
    let mut terminal = ask(home, line);
    terminal.dialog(dialog);
    terminal.ends(0)
}

/// The home but for the folders of locks, which may stay.
fn tree(home: &TestHome) -> FileTree {
    let tree = home.tree();
    let names = tree.names().into_iter();
    let locks: Vec<String> = names
        .filter(|name| name.ends_with("/.nsc-rs"))
        .map(str::to_owned)
        .collect();
    locks.iter().fold(tree, |tree, name| tree.without(name))
}

/// Runs the dialog again and again, and gives up at each of its questions once, with Ctrl-C, Escape and Ctrl-D in turn: nothing
/// may have changed then. In the end all questions are answered.
#[track_caller]
fn talk_after_second_thoughts(home: &TestHome, line: &str, dialog: Dialog<'_>) -> String {
    stock::line(home, "env").success();
    let before = tree(home);
    for (n, (question, _)) in dialog.iter().enumerate() {
        let mut terminal = ask(home, line);
        terminal.dialog(&dialog[..n]).asks(question);
        terminal.press([Key::Interrupt, Key::Escape, Key::EndOfInput][n % 3]);
        let screen = terminal.ends(1);
        assert!(
            screen.contains("cancelled; nothing was changed"),
            "at `{question}`:\n{screen}"
        );
        let changes = before.changes(&tree(home));
        assert_eq!(changes, Vec::<String>::new(), "nsc {line} at `{question}`");
    }
    talk(home, line, dialog)
}
