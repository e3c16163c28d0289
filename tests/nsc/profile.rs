//! `nsc generate profile` and `nsc generate context`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key};

/// The stock with creds of `u`, a service URL, and a stored signing key (2) of the operator.
fn home() -> TestHome {
    let home = stock::home();
    let nats = json!({
        "operator_service_urls": ["nats://h:1", "nats://h:2"],
        "signing_keys": [key(KeyKind::Operator, 2).public],
    });
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), nats);
    stock::store_seed(&home, &key(KeyKind::Operator, 2));
    home.write(home.creds_file("O", "A", "u"), "creds");
    home
}

fn profile(home: &TestHome, url: &str) -> Value {
    let output = home
        .nsc(["generate", "profile", url])
        .secret_expected()
        .success();
    assert_eq!(output.stderr(), "", "{url}");
    serde_json::from_str(output.stdout()).unwrap()
}

#[test]
fn a_profile_tells_what_is_asked_for_and_nothing_else() {
    let home = home();
    let service = json!(["nats://h:1", "nats://h:2"]);
    let creds = home.creds_file("O", "A", "u");
    assert_eq!(
        profile(&home, "nsc://O"),
        json!({"operator": {"service": service}})
    );
    assert_eq!(
        profile(&home, "NSC://O/A/u"),
        json!({"user_creds": creds, "operator": {"service": service}})
    );
    let (o, a, u) = (
        key(KeyKind::Operator, 1),
        key(KeyKind::Account, 1),
        key(KeyKind::User, 1),
    );
    assert_eq!(
        profile(&home, "nsc://O/A/u?names&keys&seed"),
        json!({
            "user_creds": creds,
            "operator": {"service": service, "name": "O", "seed": o.seed, "id": o.public},
            "account": {"name": "A", "seed": a.seed, "id": a.public},
            "user": {"name": "u", "seed": u.seed, "id": u.public},
        })
    );
    assert_eq!(
        profile(&home, "nsc://O/A?key&bogus&OperatorName"),
        json!({"operator": {"service": service, "name": "O"}, "account": {"id": a.public}})
    );
    // What the address does not name is passed over.
    let named = json!({"operator": {"service": service, "name": "O"}});
    assert_eq!(profile(&home, "nsc://O?names&userKey&accountSeed"), named);
}

#[test]
fn members_are_in_their_order() {
    let home = home();
    let output = home
        .nsc(["generate", "profile", "nsc://O/A/u?names&keys"])
        .success();
    let text = output.stdout();
    let places: Vec<usize> = [
        "user_creds",
        "\"operator\"",
        "\"service\"",
        "\"name\"",
        "\"id\"",
        "\"account\"",
        "\"user\"",
    ]
    .iter()
    .map(|member| text.find(member).unwrap())
    .collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.starts_with("{\n  \"user_creds\": "), "{text}");
}

#[test]
fn a_seed_is_that_of_the_named_key_or_the_first_stored() {
    let home = home();
    let (one, two) = (key(KeyKind::Operator, 1), key(KeyKind::Operator, 2));
    let seed =
        |query: &str| profile(&home, &format!("nsc://O/A?{query}"))["operator"]["seed"].clone();
    assert_eq!(seed(&format!("operatorSeed={}", two.public)), two.seed);
    let lower = two.public.to_lowercase();
    assert_eq!(seed(&format!("operatorSeed={lower}")), two.seed);
    assert_eq!(seed("operatorSeed"), one.seed);
    std::fs::remove_file(home.seed_file(&one.public)).unwrap();
    assert_eq!(seed("operatorSeed"), two.seed);
    for (query, code) in [
        (
            format!("operatorSeed={}", key(KeyKind::Operator, 3).public),
            1,
        ),
        (format!("operatorSeed={}", one.public), 5),
    ] {
        let url = format!("nsc://O?{query}");
        home.nsc(["generate", "profile", &url]).failure(code);
    }
    std::fs::remove_file(home.seed_file(&two.public)).unwrap();
    home.nsc(["generate", "profile", "nsc://O?seeds"])
        .failure(5);
}

#[test]
fn entities_are_found_by_other_names_too() {
    let home = home();
    let creds = home.creds_file("O", "A", "u").display().to_string();
    let (o, a, u) = (
        key(KeyKind::Operator, 1),
        key(KeyKind::Account, 1),
        key(KeyKind::User, 1),
    );
    for url in [
        "nsc://o/a/U".to_owned(),
        format!("nsc://{}/{}/{}", o.public, a.public, u.public),
        "nsc://O/%41/%75".to_owned(),
    ] {
        assert_eq!(profile(&home, &url)["user_creds"], creds, "{url}");
    }
    for url in ["nsc://", "http://O", "O/A"] {
        home.nsc(["generate", "profile", url]).failure(1);
    }
    for url in ["nsc://NOPE", "nsc://O/NOPE", "nsc://O/A/NOPE"] {
        home.nsc(["generate", "profile", url]).failure(3);
    }
    home.nsc(["generate", "profile"]).failure(2);
}

#[test]
fn another_store_is_reached_for_one_call() {
    let home = home();
    let other = home.path().join("Other Store");
    let copy = std::process::Command::new("cp")
        .args([
            std::ffi::OsStr::new("-r"),
            home.stores().as_os_str(),
            other.as_os_str(),
        ])
        .status();
    assert!(copy.unwrap().success());
    let key_dir = home.path().join("Keys");
    std::fs::create_dir(&key_dir).unwrap();
    home.nsc(["env"]).success();
    let before = home.read(home.config().join("nsc.json"));
    std::fs::rename(home.stores(), home.path().join("gone")).unwrap();
    let url = format!("nsc://O/A?store={}&accountName", other.display());
    assert_eq!(profile(&home, &url)["account"]["name"], "A");
    let url = format!(
        "nsc://O?store={}&keystore={}&seed",
        other.display(),
        key_dir.display()
    );
    home.nsc(["generate", "profile", &url]).failure(5);
    assert_eq!(home.read(home.config().join("nsc.json")), before);
}

#[test]
fn files_are_never_replaced_and_seeds_are_private() {
    let home = home();
    let generate = |url, file| home.nsc(["generate", "profile", url, "-o", file]);
    generate("nsc://O?names", "p.json").success();
    generate("nsc://O?seeds", "s.json").success();
    let modes = ["work/p.json", "work/s.json"].map(|path| home.tree().mode(path));
    assert_eq!(modes, [0o644, 0o600]);
    let text = home.read("work/p.json");
    generate("nsc://O?keys", "p.json").failure(4);
    assert_eq!(home.read("work/p.json"), text);
}

#[test]
fn a_context_leads_the_nats_command_to_the_user() {
    let home = home();
    let generate = |args: &[&str]| home.nsc(["generate", "context", "-a", "A"].iter().chain(args));
    let output = generate(&["-u", "u", "--context", "ctx"]).success();
    let creds = home.creds_file("O", "A", "u");
    let text = format!(
        r#"{{"nsc":"nsc://O/A/u","url":"nats://h:1","creds":"{}"}}"#,
        creds.display()
    );
    let file = ".config/nats/context/ctx.json";
    assert_eq!(home.read(file), text);
    let mode = |path| home.tree().mode(path);
    assert_eq!((mode(".config/nats/context"), mode(file)), (0o755, 0o644));
    let path = home.path().join(file).display().to_string();
    assert_eq!(output.stderr().trim(), path);
    output.stdout_has("[ OK ]");
    generate(&["-u", "u", "--context", "ctx.json"]).failure(4);
    assert_eq!(home.read(file), text);
}

#[test]
fn contexts_that_cannot_be_are_refused() {
    let home = home();
    let generate = |args: &[&str]| home.nsc(["generate", "context", "-a", "A"].iter().chain(args));
    generate(&["-u", "u"]).failure(2);
    generate(&["-u", "u", "--context", "../x"]).failure(1);
    generate(&["-u", "u", "--context", "a\\b"]).failure(1);
    generate(&["-u", "nope", "--context", "x"]).failure(3);
    generate(&["-u", "v", "--context", "x"])
        .failure(3)
        .stderr_has("no creds file");
    assert!(!home.tree().has(".config/nats/context"));
    generate(&["-u", "u", "--context", "x", "--dry-run"]).success();
    assert!(!home.tree().has(".config/nats/context"));
    let config = home.path().join("xdg");
    generate(&["-u", "u", "--context", "x"])
        .env("XDG_CONFIG_HOME", &config)
        .success();
    assert!(home.tree().has("xdg/nats/context/x.json"));
}
