//! Words that no command has.

use crate::stock;

#[test]
fn below_some_groups_an_unknown_word_gets_help() {
    let home = stock::home();
    for (group, word) in [
        ("add", "acount"),
        ("create", "acount"),
        ("delete", "zork"),
        ("edit", "zork"),
        ("generate", "zork"),
        ("revocations", "zork"),
    ] {
        let help = home.nsc([group]).success();
        let output = home.nsc([group, word]).success();
        assert_eq!(output.stdout(), help.stdout(), "{group}");
        assert!(output.stderr().contains(word), "{output}");
    }
    let output = home.nsc(["generate", "diagram", "zork"]).success();
    output.stdout_has("component").stdout_has("object");
}

#[test]
fn elsewhere_it_is_an_error() {
    let home = stock::home();
    for words in [
        &["zork"][..],
        &["revoke", "add-user"],
        &["list", "zork"],
        &["keys", "zork"],
        &["add", "acount", "--name", "A"],
    ] {
        let output = home.nsc(words).failure(2);
        assert_eq!(output.stdout(), "", "{words:?}");
    }
}
