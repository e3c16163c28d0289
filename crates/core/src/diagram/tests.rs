use super::*;
use crate::claims::{ExportKind, Import, UserScope};
use crate::edit::NewExport;
use crate::keys::{KeyKind, PublicKey, Seed};

fn key(kind: KeyKind, n: u8) -> PublicKey {
    Seed::from_entropy(kind, [n; 32]).public_key()
}

fn account(name: &str, n: u8) -> AccountClaims {
    let mut claims = AccountClaims::new(&key(KeyKind::Account, n));
    claims.name = name.to_owned();
    claims.iss = key(KeyKind::Operator, 1).to_text();
    claims
}

fn import(source: &AccountClaims, subject: &str) -> Option<Import> {
    Some(Import {
        subject: subject.to_owned(),
        account: source.sub.clone(),
        kind: Some(ExportKind::Stream),
        ..Import::default()
    })
}

fn operator() -> OperatorClaims {
    let mut claims = OperatorClaims::new(&key(KeyKind::Operator, 1));
    claims.name = "O \"x\"\nend".to_owned();
    claims
}

fn draw(accounts: Vec<AccountClaims>, draw: impl Fn(&Scene<'_>) -> String) -> String {
    let accounts: Vec<AccountScene> = accounts
        .into_iter()
        .map(|claims| AccountScene {
            claims,
            users: Vec::new(),
        })
        .collect();
    draw(&Scene {
        operator: &operator(),
        accounts: &accounts,
        place: "/stores/O",
        at: UnixTime(1),
    })
}

fn components(accounts: Vec<AccountClaims>) -> String {
    draw(accounts, |scene| {
        let options = ComponentOptions { detail: true };
        component_diagram(scene, options, DiagramFormat::Plantuml)
    })
}

fn exporter() -> AccountClaims {
    let mut exporter = account("A", 1);
    for (subject, name, private) in [("a.>", "all a-$", false), ("p.*", "", true)] {
        NewExport {
            subject: subject.to_owned(),
            name: name.to_owned(),
            private,
            ..NewExport::default()
        }
        .apply(&mut exporter)
        .unwrap();
    }
    exporter
}

#[test]
fn imports_lead_to_the_exports_that_cover_them() {
    let exporter = exporter();
    let mut importer = account("B", 2);
    importer.nats.imports = vec![import(&exporter, "a.b"), import(&exporter, "p.x")];
    let renamed = importer.nats.imports[0].as_mut().unwrap();
    renamed.local_subject = "mine.b".to_owned();
    let (a, b) = (exporter.sub.clone(), importer.sub.clone());
    let text = components(vec![exporter, importer, account("C", 3)]);
    for line in [
        format!("component [A] as {a} <<account>>"),
        format!("interface \"all a-$\" << public stream >> as {a}_all_a_M__D_"),
        format!("{a}_all_a_M__D_ -- {a} : \"\"a.>\"\"\""),
        format!("interface \"p.*\" << private stream >> as {a}_p._A_"),
        format!("{b} \"<&resize-width>mine.b\" ..> {a}_all_a_M__D_ : \"a.b\""),
        format!("{b} ..> {a}_p._A_ : \"p.x\""),
        format!("note left of {a}_p._A_"),
        "import `p.x` of B has no token".to_owned(),
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(!text.contains("[C]"));
    assert!(text.starts_with("@startuml\n") && text.ends_with("@enduml\n"));
    assert_eq!(text.matches('\n').count(), text.lines().count());
    assert!(text.contains("title Component Diagram - Operator O 'x' end\n"));
}

#[test]
fn what_nobody_exports_is_drawn_once_and_noted() {
    let elsewhere = account("X", 9);
    let exporter = exporter();
    let mut importer = account("B", 2);
    importer.nats.imports = vec![import(&elsewhere, "q.>"), import(&exporter, "none")];
    let mut other = account("C", 3);
    other.nats.imports = vec![import(&elsewhere, "q.>")];
    let (x, a) = (elsewhere.sub.clone(), exporter.sub.clone());
    let text = components(vec![exporter, importer, other]);
    let line = format!("interface \" \" << not-found public stream >> as {x}_q._G_\n");
    assert_eq!(text.matches(&line).count(), 1, "{text}");
    assert!(text.contains(&format!(
        "interface \" \" << not-found public stream >> as {a}_none\n"
    )));
    assert!(text.contains("import `q.>` of C comes from an account that is not in the store\n"));
    assert!(text.contains("import `none` of B is not exported\n"));
}

#[test]
fn descriptions_are_wrapped_notes() {
    let mut exporter = exporter();
    exporter.nats.description = "one two three four five six seven".to_owned();
    exporter.nats.info_url = "https://x/y".to_owned();
    let a = exporter.sub.clone();
    let text = components(vec![exporter]);
    let note = format!(
        "note right of {a}\none two three four\nfive six seven\n[[https://x/y info]]\nend note\n"
    );
    assert!(text.contains(&note), "{text}");
}

fn objects(show_keys: bool, detail: bool) -> String {
    let mut claims = account("A", 1);
    claims.nats.tags = vec!["t1".to_owned()];
    claims.nats.limits.account.exports = 3;
    let scoped = key(KeyKind::Account, 5).to_text();
    claims.nats.signing_keys.set_scope(UserScope::new(&scoped));
    let mut user = UserClaims::new(&key(KeyKind::User, 1));
    user.name = "U".to_owned();
    user.iss.clone_from(&scoped);
    user.nats.limits.permissions.publish.allow = vec!["p.>".to_owned()];
    let accounts = [AccountScene {
        claims,
        users: vec![user],
    }];
    let stored = scoped.clone();
    let is_stored = move |key: &str| key == stored;
    object_diagram(
        &Scene {
            operator: &operator(),
            accounts: &accounts,
            place: "/stores/O",
            at: UnixTime(1),
        },
        ObjectOptions {
            show_keys,
            detail,
            is_stored: &is_stored,
        },
        DiagramFormat::Plantuml,
    )
}

#[test]
fn objects_have_keys_limits_and_issuers() {
    let (o, a) = (key(KeyKind::Operator, 1), key(KeyKind::Account, 1));
    let (sk, u) = (key(KeyKind::Account, 5), key(KeyKind::User, 1));
    let text = objects(true, false);
    for line in [
        format!("object \"A\" as {a} << account >> {{"),
        format!("Identity Key = {a}"),
        "Identity Key Present = false".to_owned(),
        "Tags = \"t1\"".to_owned(),
        "--- Account Limits ---".to_owned(),
        "Max Exports = 3".to_owned(),
        format!("map \"A\" as {a}_sk << account signing keys >> {{"),
        format!("{sk} => true"),
        format!("{a} *-- {a}_sk"),
        format!("{o} -- {a} : \"signed >\""),
        format!("{a}_sk::{sk} -- {u} : \"signed >\""),
        format!("object \"U\" as {u}_permissions << user permissions >> {{"),
        "--- Publish Allow ---".to_owned(),
        " \"\"p.>\"\"".to_owned(),
        format!("{u} *-- {u}_permissions : \"API restricted by >\""),
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(!text.contains("unlimited") && !text.contains("Publish Deny"));
}

#[test]
fn detail_shows_what_is_empty_and_keys_stay_out() {
    let text = objects(false, true);
    assert!(text.contains("Max Imports = -1 (unlimited)\n"));
    assert!(text.contains("--- Publish Deny ---\n") && !text.contains("Identity Key"));
    let (a, u) = (key(KeyKind::Account, 1), key(KeyKind::User, 1));
    assert!(text.contains(&format!("{a} -- {u} : \"signed >\"\n")));
}

/// `B` imports what `A` exports, under a name of its own, and something that nobody exports.
fn shared(format: DiagramFormat) -> String {
    let a = exporter();
    let mut b = account("<script>alert(1)</script>\u{1b}]--\"; end & %%{x}", 2);
    b.nats.imports = vec![import(&a, "a.b"), import(&account("X", 9), "x")];
    if let Some(Some(import)) = b.nats.imports.first_mut() {
        import.local_subject = "mine.b".to_owned();
    }
    draw(vec![a, b], |scene| {
        component_diagram(scene, ComponentOptions { detail: true }, format)
    })
}

#[test]
fn mermaid_takes_any_name() {
    let text = shared(DiagramFormat::Mermaid);
    assert!(
        text.starts_with("---\ntitle: \"Exports and imports of operator O \\\"x\\\" end\"\n---\n")
    );
    assert!(text.contains("\nflowchart LR\n"), "{text}");
    assert!(
        text.contains("#60;script#62;alert(1)#60;/script#62; "),
        "{text}"
    );
    for raw in ["<script", "\u{1b}", "%%{", "]--", "&"] {
        assert!(!text.contains(raw), "{raw}: {text}");
    }
    assert!(
        text.contains("  n0 -->|\"stream a.b as mine.b\"| n2\n"),
        "{text}"
    );
    assert!(
        text.contains("-.->") && text.contains("linkStyle 1 stroke:#c00"),
        "{text}"
    );
}

#[test]
fn a_picture_takes_any_name_and_nothing_from_elsewhere() {
    let text = shared(DiagramFormat::Svg);
    assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
    assert!(text.ends_with("</svg>\n"));
    assert!(
        text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{text}"
    );
    assert!(!text.contains("<script") && !text.contains('\u{1b}'));
    assert_eq!(text.matches("http").count(), 1, "nothing is loaded");
    assert_eq!(text.matches("class=\"l\"").count(), 1);
    assert_eq!(text.matches("class=\"l b\"").count(), 1);
    let opened = text.matches("<text ").count();
    assert_eq!(opened, text.matches("</text>").count());
    for row in [
        "public stream a.&gt; [all a-$]",
        "private stream p.*",
        "stream a.b as mine.b",
    ] {
        assert!(text.contains(&format!(">{row}</text>")), "{row}: {text}");
    }
}

#[test]
fn objects_come_in_every_form() {
    let mut user = UserClaims::new(&key(KeyKind::User, 1));
    user.name = "U".to_owned();
    user.iss = key(KeyKind::Account, 1).to_text();
    let accounts = [AccountScene {
        claims: account("A", 1),
        users: vec![user],
    }];
    let scene = Scene {
        operator: &operator(),
        accounts: &accounts,
        place: "/stores/O",
        at: UnixTime(1),
    };
    let draw = |format| {
        let options = ObjectOptions {
            show_keys: true,
            detail: false,
            is_stored: &|_| true,
        };
        object_diagram(&scene, options, format)
    };
    let mermaid = draw(DiagramFormat::Mermaid);
    for line in ["n0 -->|\"signed\"| n1", "n1 -->|\"signed\"| n2"] {
        assert!(mermaid.contains(line), "{mermaid}");
    }
    let svg = draw(DiagramFormat::Svg);
    assert_eq!(svg.matches("class=\"l\"").count(), 2);
    assert!(svg.contains("U (user)") && svg.contains("Identity Key Present = true"));
}

#[test]
fn a_note_is_no_order() {
    let mut exporter = exporter();
    exporter.nats.exports[0].as_mut().unwrap().description =
        "aaaaaaaaaaaaaaaaaaaa @enduml bbbbbbbbbbbbbbbbbbbb !include bbbbbbbbbbbbbbbbbbbb"
            .to_owned();
    exporter.nats.description = "End  Note".to_owned();
    let text = components(vec![exporter]);
    assert_eq!(text.matches("\n@").count(), 1, "{text}");
    assert!(!text.contains("\n!"), "{text}");
    assert!(text.contains("\n&#64;enduml\n"), "{text}");
    assert!(text.contains("\n&#33;include\n"), "{text}");
    assert!(text.contains("\n&#69;nd Note\nend note\n"), "{text}");
}
