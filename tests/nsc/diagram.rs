//! `nsc generate diagram`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::json;

use crate::stock::{self, key};

/// `B` imports what `A` exports, and something of nobody.
fn home() -> TestHome {
    let home = stock::home();
    let account = |n| key(KeyKind::Account, n).public;
    let exports = json!([{"name": "s", "subject": "s.>", "type": "stream"}]);
    stock::account(&home, "O", "A", 1, json!({"exports": exports}));
    let imports = json!([
        {"name": "s.a", "subject": "s.a", "account": account(1), "type": "stream", "local_subject": "l"},
        {"name": "x", "subject": "x", "account": account(9), "type": "service"},
    ]);
    stock::account(
        &home,
        "O",
        "B",
        2,
        json!({"imports": imports, "description": "beta"}),
    );
    home
}

#[test]
fn components_show_who_shares_what() {
    let home = home();
    let output = home.nsc(["generate", "diagram", "component"]).success();
    let (a, b) = (
        key(KeyKind::Account, 1).public,
        key(KeyKind::Account, 2).public,
    );
    output.stdout_has(&format!("component [A] as {a} <<account>>\n"));
    output.stdout_has(&format!("interface \"s\" << public stream >> as {a}_s\n"));
    output.stdout_has(&format!("{b} \"<&resize-width>l\" ..> {a}_s : \"s.a\"\n"));
    output.stdout_has("<< not-found public service >>");
    assert!(output.stdout().starts_with("@startuml\n") && output.stdout().ends_with("@enduml\n"));
    assert!(!output.stdout().contains("beta"));
    let detail = ["generate", "diagram", "component", "--detail"];
    home.nsc(detail).success().stdout_has("\nbeta\n");
}

#[test]
fn objects_show_entities_and_who_signed_them() {
    let home = home();
    let (o, a, u) = (
        key(KeyKind::Operator, 1).public,
        key(KeyKind::Account, 1).public,
        key(KeyKind::User, 1).public,
    );
    let plain = home.nsc(["generate", "diagram", "object"]).success();
    plain.stdout_has(&format!("object \"O\" as {o} << operator >> {{\n"));
    plain.stdout_has(&format!("{o} -- {a} : \"signed >\"\n"));
    assert!(!plain.stdout().contains("<< user >>") && !plain.stdout().contains("Identity Key"));
    let words = [
        "generate",
        "diagram",
        "object",
        "--users",
        "--show-keys",
        "--detail",
    ];
    let full = home.nsc(words).success();
    full.stdout_has(&format!("object \"u\" as {u} << user >> {{\n"));
    full.stdout_has(&format!(
        "Identity Key = {u}\nIdentity Key Present = true\n"
    ));
    full.stdout_has(&format!("{a} -- {u} : \"signed >\"\n"));
    full.stdout_has("Max Exports = -1 (unlimited)\n");
}

#[test]
fn a_file_is_private_and_replaced() {
    let home = home();
    let file = home.write("work/d.puml", "old");
    let words = ["generate", "diagram", "component", "-o", "d.puml"];
    home.nsc(words).success().stdout_has("[ OK ]");
    assert!(home.read(&file).starts_with("@startuml"));
    assert_eq!(home.tree().mode("work/d.puml"), 0o600);
    let json = home
        .nsc(["generate", "diagram", "object", "--output", "json"])
        .success()
        .json();
    assert!(
        json["result"]["diagram"]
            .as_str()
            .unwrap()
            .starts_with("@startuml")
    );
}

#[test]
fn pictures_and_mermaid_come_beside_plantuml() {
    let home = home();
    for what in ["component", "object --users --show-keys"] {
        let draw = |format: &str| {
            let words = format!("generate diagram {what} --format {format}");
            stock::line(&home, &words).success().stdout().to_owned()
        };
        assert!(draw("mermaid").contains("\nflowchart LR\n"));
        let svg = draw("svg");
        assert!(
            svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
            "{svg}"
        );
        assert!(draw("plantuml").starts_with("@startuml\n"));
    }
    stock::line(&home, "generate diagram component --format svg -o d.svg").success();
    assert!(home.read("work/d.svg").starts_with("<svg "));
    stock::line(&home, "generate diagram object --format png").failure(2);
}
