//! Nobody is asked where nobody is, and nobody who did not ask for it.

use serde_json::json;

use super::tree;
use crate::{stock, system};

/// Commands that ask with `-i`, and what little they need before.
const ASKING: [&str; 27] = [
    "add operator",
    "add account",
    "add user -a A",
    "add export -a A",
    "add import -a B",
    "delete user -a A",
    "delete export -a A",
    "delete import -a B",
    "edit operator",
    "edit account A",
    "edit user -a A",
    "edit export -a A",
    "edit signing-key --role r",
    "edit authcallout --disable",
    "describe account",
    "describe user -a A",
    "describe jwt",
    "generate activation -a A",
    "generate creds -a A",
    "revocations add-user -a A",
    "revocations add-activation -a A",
    "revocations delete-user -a A",
    "push",
    "pull",
    "migrate",
    "validate",
    "delete account A",
];

/// A home in which all of these commands have something to ask for.
fn home() -> nsc_testkit::TestHome {
    let home = system::home(json!({}));
    let export = |subject: &str| json!({"name": subject, "subject": subject, "type": "service", "token_req": true});
    let nats = json!({"exports": [export("a"), export("b")], "revocations": {"*": 5}});
    stock::account(&home, "O", "A", 1, nats);
    let import =
        json!({"name": "x", "subject": "x", "account": system::account_key(9), "type": "stream"});
    stock::account(&home, "O", "B", 2, json!({"imports": [import]}));
    home.nsc(["env"]).success();
    home
}

#[test]
fn without_a_terminal_questions_are_refused() {
    let home = home();
    let before = tree(&home);
    for line in ASKING {
        let output = stock::line(&home, &format!("{line} -i")).failure(1);
        output.stderr_has("cannot ask questions without a terminal");
        output.stderr_has("leave out `-i`");
        // Answers in a pipe are not those of a person.
        let piped = stock::line(&home, &format!("{line} -i")).stdin("y\ny\ny\n");
        piped.failure(1).stderr_has("without a terminal");
    }
    assert_eq!(before.changes(&tree(&home)), [""; 0]);
}

/// Even a person at a terminal is asked nothing: what is missing is missing, what is given is done.
#[test]
fn without_the_flag_nothing_is_asked() {
    let home = home();
    for line in ASKING {
        let (_, screen) = stock::line(&home, line).terminal().end();
        let asked = screen.lines().find(|line| line.starts_with("? "));
        assert_eq!(asked, None, "nsc {line}\n{screen}");
    }
}
