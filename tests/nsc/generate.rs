//! `nsc generate nkey`, `creds` and `config`.

use std::process::Command;

use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_testkit::{TestHome, nats};
use serde_json::json;

use crate::stock::{self, key};
use crate::system::{self, account_key};

fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn keys_come_in_a_fixed_order_each_seed_before_its_key() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let output = home
        .nsc([
            "generate", "nkey", "-x", "--user", "-a", "-o", "words", "ignored",
        ])
        .secret_expected()
        .success();
    let lines: Vec<&str> = output.stdout().lines().collect();
    assert_eq!(lines.len(), 12, "{output}");
    let kinds = [
        KeyKind::Operator,
        KeyKind::Account,
        KeyKind::User,
        KeyKind::Curve,
    ];
    for (part, kind) in lines.chunks(3).zip(kinds) {
        let seed = Seed::parse(part[0]).unwrap();
        assert_eq!(seed.kind(), kind);
        assert_eq!(seed.public_key().to_text(), part[1]);
        assert_eq!(part[2], "");
    }
    assert!(!home.keystore().exists());
}

#[test]
fn stored_keys_show_no_seed() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let output = home
        .nsc(["generate", "nkey", "--account", "--curve", "--store"])
        .success();
    let lines: Vec<&str> = output.stdout().lines().collect();
    assert_eq!((lines.len(), lines[2], lines[5]), (6, "", ""), "{output}");
    for at in [0, 3] {
        let path = home.seed_file(lines[at]);
        assert!(
            lines[at + 1].contains(&path.display().to_string()),
            "{output}"
        );
        let seed = Seed::parse(&home.read(&path)).unwrap();
        assert_eq!(seed.public_key().to_text(), lines[at]);
        assert_eq!(mode(&path), 0o600);
    }
}

#[test]
fn keys_are_json_too_and_a_dry_run_stores_none() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let call = home.nsc(["--output=json", "generate", "nkey", "-u"]);
    let result = call.secret_expected().success().json()["result"][0].clone();
    assert_eq!(result["kind"], "user");
    let seed = Seed::parse(result["seed"].as_str().unwrap()).unwrap();
    assert_eq!(result["public_key"], seed.public_key().to_text());

    let call = home.nsc(["--output=json", "--dry-run", "generate", "nkey", "-u", "-S"]);
    let result = call.success().json()["result"][0].clone();
    assert!(result.get("seed").is_none());
    PublicKey::parse(result["public_key"].as_str().unwrap()).unwrap();
    assert!(!home.keystore().exists());
}

#[test]
fn a_kind_of_key_is_needed() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["generate", "nkey", "--store"]).failure(2);
    assert!(!home.keystore().exists());
    home.nsc(["generate"]).success().stdout_has("nkey");
}

#[test]
fn creds_are_made_of_the_stored_jwt_and_seed() {
    let home = stock::home();
    let user = key(KeyKind::User, 2);
    let token = home.user_token("O", "A", "v");
    let wanted = format!(
        "-----BEGIN NATS USER JWT-----\n{}\n------END NATS USER JWT------\n\n\
         ************************* IMPORTANT *************************\n\
         NKEY Seed printed below can be used to sign and prove identity.\n\
         NKEYs are sensitive and should be treated as secrets.\n\n\
         -----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n\n\
         *************************************************************\n",
        token.text(),
        user.seed
    );
    let creds = |args: &[&str]| {
        let args = ["generate", "creds", "-a", "A"].iter().chain(args);
        home.nsc(args).secret_expected().success()
    };
    assert_eq!(creds(&["-n", "v"]).stdout(), wanted);
    assert_eq!(creds(&["-n", &user.public]).stdout(), wanted);

    let path = home.write("out.creds", "old and long ".repeat(500));
    let output = creds(&["-n", "v", "-o", "~/out.creds"]);
    output.stdout_has("[ OK ]");
    assert!(!output.stdout().contains(&user.seed));
    assert_eq!((home.read(&path), mode(&path)), (wanted, 0o600));
}

#[test]
fn creds_need_a_user_with_a_seed() {
    let home = stock::home();
    let refuse = |args: &[&str], code| {
        let args = ["generate", "creds", "-o", "out"].iter().chain(args);
        let output = home.nsc(args).failure(code);
        assert!(!home.work().join("out").exists());
        output
    };
    refuse(&["-a", "A"], 2).stderr_has("2 users");
    refuse(&["-a", "B"], 3).stderr_has("no users");
    refuse(&["-a", "NOPE"], 3);
    refuse(&["-a", "A", "-n", "NOPE"], 3);
    refuse(&["-a", "A", "-n", "u", "-o", "no/such/folder"], 3);
    let user = key(KeyKind::User, 1).public;
    std::fs::remove_file(home.seed_file(&user)).unwrap();
    refuse(&["-a", "A", "-n", "u"], 5).stderr_has(&user);
}

#[test]
fn a_memory_resolver_holds_all_accounts_by_key() {
    let home = system::home(json!({}));
    let mut accounts: Vec<(String, &str)> = vec![
        (account_key(1), "A"),
        (account_key(2), "B"),
        (account_key(9), "SYS"),
    ];
    accounts.sort();
    let wanted = |system: &str| {
        let operator = home.operator_token("O");
        let mut text = format!("// Operator \"O\"\noperator: {}\n\n", operator.text());
        text += &format!("system_account: {system}\n\nresolver: MEMORY\n\nresolver_preload: {{\n");
        for (key, name) in &accounts {
            let token = home.account_token("O", name);
            text += &format!("  // Account \"{name}\"\n  {key}: {}\n\n", token.text());
        }
        text + "}\n"
    };
    let output = home.nsc(["generate", "config", "--mem-resolver"]).success();
    assert_eq!(output.stdout(), wanted(&account_key(9)) + "\n");

    let stranger = account_key(77);
    for (given, key) in [("A", &account_key(1)), (stranger.as_str(), &stranger)] {
        let args = ["--sys-account", given, "--config-file", "~/mem.conf", "-F"];
        let output = home
            .nsc(["generate", "config", "--mem-resolver"].iter().chain(&args))
            .success();
        output.stdout_has("~/mem.conf");
        assert_eq!(home.read("mem.conf"), wanted(key));
        assert_eq!(mode(&home.path().join("mem.conf")), 0o600);
    }
}

#[test]
fn a_configuration_that_cannot_be_made_leaves_the_file() {
    let home = system::home(json!({}));
    home.write("out.conf", "precious");
    let refuse = |args: &[&str], code| {
        let args = ["generate", "config", "--config-file", "~/out.conf"]
            .iter()
            .chain(args);
        home.nsc(args).failure(code);
        assert_eq!(home.read("out.conf"), "precious");
    };
    refuse(&["--mem-resolver"], 4);
    refuse(&["-F"], 2);
    refuse(&["-F", "--mem-resolver", "--nats-resolver"], 2);
    refuse(&["-F", "--mem-resolver", "--sys-account", "NOPE"], 3);
    refuse(
        &["-F", "--nats-resolver", "--sys-account", &account_key(77)],
        3,
    );
    refuse(&["-F", "--nkey"], 2);
    refuse(&["-F", "--mem-resolver", "--dir", "d"], 2);
    system::operator(&home, json!({"system_account": ""}));
    refuse(&["-F", "--nats-resolver"], 3);
    refuse(&["-F", "--nats-resolver-cache"], 3);
    home.nsc([
        "generate",
        "config",
        "--mem-resolver",
        "--config-file",
        "no/x",
    ])
    .failure(3);

    let empty = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    stock::operator(&empty, "O", &key(KeyKind::Operator, 1), json!({}));
    empty
        .nsc(["generate", "config", "--mem-resolver"])
        .failure(3)
        .stderr_has("no accounts");
}

#[test]
fn servers_accept_every_kind_of_configuration() {
    let home = system::home(json!({}));
    let shares = json!({"exports": [
        {"name": "open", "subject": "open.*", "type": "service"},
        {"name": "shut", "subject": "shut", "type": "service", "token_req": true},
    ]});
    stock::account(&home, "O", "A", 1, shares);
    let import = json!({"imports": [
        {"name": "o", "subject": "open.x", "account": account_key(1), "type": "service", "local_subject": "mine"},
    ]});
    stock::account(&home, "O", "B b", 2, import);
    std::fs::remove_dir_all(home.stores().join("O/accounts/B")).unwrap();

    for kind in ["--mem-resolver", "--nats-resolver", "--nats-resolver-cache"] {
        home.nsc([
            "generate",
            "config",
            kind,
            "--config-file",
            "~/s.conf",
            "-F",
        ])
        .success();
        assert_accepted(&home.path().join("s.conf"));
    }
    home.nsc(["generate", "config", "--mem-resolver", "--dir", "~/d"])
        .success();
    let names = nsc_testkit::FileTree::of(home.path().join("d"));
    let files = ["A.jwt", "B b.jwt", "O.jwt", "SYS.jwt", "resolver.conf"];
    assert_eq!(names.names(), files);
    assert_eq!(names.mode("A.jwt"), 0o644);
    assert_eq!(home.read("d/A.jwt"), home.account_token("O", "A").text());
    assert_accepted(&home.path().join("d/resolver.conf"));
    let again = ["generate", "config", "--mem-resolver", "--dir", "~/d"];
    home.nsc(again).failure(4);
    home.nsc(again.iter().chain(&["--force"])).success();

    stock::operator(&home, "O", &key(KeyKind::Operator, 1), json!({}));
    let output = home.nsc(["generate", "config", "--nkey"]).success();
    output.stdout_has("{ nkey: ").stdout_has("\"B b\": {");
    assert!(!output.stdout().contains("shut"), "{output}");
    assert_accepted(&home.write("n.conf", output.stdout()));
}

/// Expects a server to find nothing wrong with the file.
#[track_caller]
fn assert_accepted(config: &std::path::Path) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(nats::server_binary())
        .arg("-t")
        .arg("-c")
        .arg(config)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text}", config.display());
}
