//! `nsc add users` and `nsc add accounts`.

use nsc_testkit::{Call, TestHome};
use serde_json::Value;

fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    home.nsc(["add", "account", "A"]).success();
    home
}

fn add_users<'h>(home: &'h TestHome, lines: &str, more: &[&str]) -> Call<'h> {
    let args = ["add", "users", "--from", "-", "--output", "json"];
    home.nsc(args.iter().chain(more)).stdin(lines)
}

/// `line: message` of the lines that were refused.
fn refused(document: &Value) -> Vec<String> {
    let lines = document["result"]["refused"].as_array().unwrap();
    let text = |line: &Value| {
        let causes = line["causes"].as_array().into_iter().flatten();
        let causes: String = causes
            .map(|c| format!(": {}", c.as_str().unwrap()))
            .collect();
        format!(
            "{}: {}{causes}",
            line["line"],
            line["error"].as_str().unwrap()
        )
    };
    lines.iter().map(text).collect()
}

fn users(home: &TestHome, account: &str) -> Vec<String> {
    let folder = home.stores().join("O/accounts").join(account).join("users");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_line_means_what_a_command_line_means() {
    let one = home();
    one.nsc([
        "add",
        "user",
        "u",
        "--tag",
        "B,a",
        "--allow-pub",
        "x,y.>",
        "--deny-sub",
        "z",
    ])
    .success();
    one.nsc([
        "edit", "user", "u", "--subs", "10", "--data", "1k", "--bearer",
    ])
    .success();
    one.nsc([
        "edit",
        "user",
        "u",
        "--source-network",
        "10.0.0.0/8",
        "--expiry",
        "2040-01-01",
    ])
    .success();
    let expected = one.user_token("O", "A", "u").claims()["nats"].clone();

    let csv = "name,Tags,allow-pub,deny_sub,subs,data,bearer,source-network,expiry\n\
               u,\"B,a\",\"x,y.>\",z,10,1k,true,10.0.0.0/8,2040-01-01\n";
    let json = r#"{"name":"u","tag":["B","a"],"permissions":{"allow-pub":["x","y.>"],"deny-sub":"z"},
        "limits":{"subs":10,"data":"1k"},"bearer":true,"source_networks":["10.0.0.0/8"],"expiry":"2040-01-01"}"#;
    for lines in [csv.to_owned(), json.replace('\n', "")] {
        let home = home();
        let document = add_users(&home, &lines, &[]).success().json();
        let token = home.user_token("O", "A", "u");
        assert_eq!(token.claims()["nats"], expected, "{lines}");
        assert_eq!(
            token.claims()["exp"],
            one.user_token("O", "A", "u").claims()["exp"]
        );
        let added = &document["result"]["added"][0];
        assert_eq!(added["public_key"], token.claims()["sub"]);
        let creds = home.creds_file("O", "A", "u");
        assert_eq!(added["creds"], creds.to_str().unwrap());
        assert!(home.read(creds).contains("USER NKEY SEED"));
        assert!(
            home.seed_file(added["public_key"].as_str().unwrap())
                .exists()
        );
    }
}

#[test]
fn all_lines_are_one_commit() {
    let home = home();
    let lines: String = (0..300)
        .map(|n| format!("{{\"name\":\"u{n}\"}}\n"))
        .collect();
    home.nsc(["add", "users", "--from", "-"])
        .stdin(lines)
        .success()
        .stdout_has("added 300 users");
    assert_eq!(users(&home, "A").len(), 300);
    let log = home.nsc(["log", "--output", "json"]).success().json();
    assert_eq!(log["result"][0]["created"], 900);
    let before = home.tree();
    home.nsc(["undo"]).success().stdout_has("900 files");
    assert_eq!(users(&home, "A").len(), 0);
    home.nsc(["undo"]).success();
    let changes = before.changes(&home.tree());
    let foreign: Vec<&String> = changes.iter().filter(|c| !c.contains(".nsc-rs")).collect();
    assert_eq!(foreign, Vec::<&String>::new());
    #[cfg(unix)]
    home.tree()
        .assert_private(&[".local/share/nats/nsc/stores", ".local/share/nats/nsc/keys"]);
}

const LINES: &str = "name,subs,public-key,role\n\
    good,1,,\n\
    ,1,,\n\
    a/b,1,,\n\
    bad number,x,,\n\
    exists,,,\n\
    good,,,\n\
    bad key,,UJUNK,\n\
    bad role,,,nobody\n\
    short\n\
    last,,,\n";

#[test]
fn refused_lines_are_told_and_nothing_is_added() {
    let home = home();
    home.nsc(["add", "user", "exists"]).success();
    let before = home.tree();
    let document = add_users(&home, LINES, &[]).failure(1).json();
    assert_eq!(document["status"], "failed");
    assert_eq!(document["result"]["added"], Value::Array(vec![]));
    let refused = refused(&document);
    let expected = [
        (3, "needs a name"),
        (4, "cannot contain `/`"),
        (5, "`--subs <N>`: `x` is not understood"),
        (6, "already exists"),
        (7, "already exists"),
        (8, "UJUNK"),
        (9, "nobody"),
        (10, "there are 1 fields, but 4"),
    ];
    assert_eq!(refused.len(), expected.len(), "{refused:#?}");
    for (text, (line, part)) in refused.iter().zip(expected) {
        let is_it = text.starts_with(&format!("{line}: ")) && text.contains(part);
        assert!(is_it, "{text}: {line} {part}");
    }
    let changes = before.changes(&home.tree());
    assert!(changes.iter().all(|c| c.ends_with("/lock")), "{changes:?}");

    let text = home
        .nsc(["add", "users", "--from", "-"])
        .stdin(LINES)
        .failure(1);
    text.stderr_has("line 6, user `exists`: user `exists` already exists")
        .stderr_has("nothing was added: 8 lines refused");
    let only = add_users(&home, "name\nexists\n", &[]).failure(4).json();
    assert_eq!(only["status"], "failed");
}

#[test]
fn with_keep_going_the_others_are_added() {
    let home = home();
    home.nsc(["add", "user", "exists"]).success();
    let document = add_users(&home, LINES, &["--keep-going"]).failure(7).json();
    assert_eq!(document["status"], "partial");
    assert_eq!(refused(&document).len(), 8);
    assert_eq!(users(&home, "A"), ["exists.jwt", "good.jwt", "last.jwt"]);
    assert_eq!(document["changes"].as_array().unwrap().len(), 6);
    add_users(&home, "name\nexists\n", &["--keep-going"]).failure(4);
}

#[test]
fn lines_name_their_account_and_role() {
    let home = home();
    home.nsc(["add", "account", "B"]).success();
    home.nsc([
        "edit",
        "signing-key",
        "-a",
        "B",
        "--sk",
        "generate",
        "--role",
        "limited",
        "--allow-pub",
        "x",
    ])
    .success();
    let lines = "name,account,role\none,A,\ntwo,B,limited\nthree,,\n";
    let document = add_users(&home, lines, &["-a", "B"]).success().json();
    let added = document["result"]["added"].as_array().unwrap();
    let account = |name: &str| {
        let user = added.iter().find(|user| user["name"] == name).unwrap();
        (user["account"].clone(), user["role"].clone())
    };
    assert_eq!(account("one"), ("A".into(), Value::Null));
    assert_eq!(account("two"), ("B".into(), "limited".into()));
    assert_eq!(account("three"), ("B".into(), Value::Null));

    // What a role decides, the user cannot bring along.
    let lines = "name,account,role,subs\nfour,B,limited,5\n";
    let document = add_users(&home, lines, &[]).failure(1).json();
    assert!(
        refused(&document)[0].contains("role `limited`"),
        "{document}"
    );
    // -K is for the lines that say nothing.
    add_users(&home, "name\nfive\n", &["-a", "B", "-K", "limited"]).success();
    assert_eq!(
        home.user_token("O", "B", "five").claims()["nats"]["issuer_account"],
        home.account_token("O", "B").claims()["sub"]
    );
    add_users(&home, "name,account\nsix,nowhere\n", &[]).failure(3);
}

#[test]
fn files_that_make_no_sense_are_refused_at_once() {
    let home = home();
    for (lines, message) in [
        ("", "nothing to add"),
        ("name\n", "nothing to add"),
        ("tag\nx\n", "no field `name`"),
        ("name,nonsense\nu,1\n", "there is no field `nonsense`"),
        ("name,rm-tag\nu,1\n", "there is no field `rm-tag`"),
        ("[{\"name\":\"u\"}]\n", "JSON array"),
    ] {
        let document = add_users(&home, lines, &[]).failure(1).json();
        let error = document["error"]["message"].as_str().unwrap();
        assert!(error.contains(message), "{lines:?}: {error}");
    }
    home.nsc(["add", "users", "--from", "missing.csv"])
        .failure(3);
    home.nsc(["add", "users"]).failure(2);
    let binary = home.write("work/binary", [0xff, 0xfe, 0]);
    home.nsc(["add", "users", "--from", binary.to_str().unwrap()])
        .failure(1)
        .stderr_has("no text");
    assert_eq!(users(&home, "A").len(), 0);
}

#[test]
fn a_dry_run_adds_nobody() {
    let home = home();
    let document = add_users(&home, "name\nu\n", &["--dry-run"])
        .success()
        .json();
    assert_eq!(document["dry_run"], true);
    assert_eq!(document["changes"].as_array().unwrap().len(), 3);
    assert_eq!(users(&home, "A").len(), 0);
}

#[test]
fn a_given_key_is_not_stored() {
    let home = home();
    let key = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";
    let lines = format!("name,public-key\nu,{key}\n");
    let document = add_users(&home, &lines, &[]).success().json();
    assert_eq!(document["result"]["added"][0]["public_key"], key);
    assert_eq!(document["result"]["added"][0]["creds"], Value::Null);
    assert!(!home.seed_file(key).exists());
}

#[test]
fn accounts_come_with_limits_and_signing_keys() {
    let home = home();
    let lines = "name,conns,js-disk-storage,sk,tag,description\n\
                 B,10,1GiB,generate,x,\"the b, and only\"\nC,,,,,\n*,,,,,\n";
    let args = ["add", "accounts", "--from", "-", "--output", "json"];
    let document = home.nsc(args).stdin(lines).success().json();
    let added = document["result"]["added"].as_array().unwrap();
    assert_eq!(added.len(), 3);
    let b = home.account_token("O", "B");
    let nats = &b.claims()["nats"];
    assert_eq!(nats["limits"]["conn"], 10);
    assert_eq!(nats["limits"]["disk_storage"], 1 << 30);
    assert_eq!(nats["description"], "the b, and only");
    assert_eq!(nats["signing_keys"], added[0]["signing_keys"]);
    let signing = added[0]["signing_keys"][0].as_str().unwrap();
    assert!(home.seed_file(signing).exists());
    // The current account stays.
    let env = home.nsc(["env", "--output", "json"]).success().json();
    assert_eq!(env["result"]["account"], "A");

    let lines = "name\nD\nb\nd\n";
    let document = home.nsc(args).stdin(lines).failure(4).json();
    let refused = refused(&document);
    assert_eq!(refused.len(), 2, "names differ by more than letter case");
    assert!(
        refused[0].starts_with("3: ") && refused[1].starts_with("4: "),
        "{refused:?}"
    );
    assert!(!home.stores().join("O/accounts/D").exists());
    home.nsc(args.iter().chain(&["--keep-going"]))
        .stdin(lines)
        .failure(7);
    assert!(home.stores().join("O/accounts/D/D.jwt").exists());
}

#[test]
fn accounts_of_an_imported_operator_sign_themselves() {
    let source = home();
    let token = source.stores().join("O/O.jwt");
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "--url", token.to_str().unwrap()])
        .success();
    home.nsc(["add", "accounts", "--from", "-"])
        .stdin("name\nA\nB\n")
        .success()
        .stdout_has("account `A` is self-signed");
    let claims = home.account_token("O", "A");
    assert_eq!(claims.claims()["iss"], claims.claims()["sub"]);
}
