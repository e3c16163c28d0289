//! Stores made by hand, with claims that no command would write.

use nsc_core::keys::{KeyKind, Seed};
use nsc_testkit::{Call, FileTree, TestHome, token};
use serde_json::{Value, json};

/// A key of a test, the same in every run.
pub(crate) struct Key {
    /// The seed.
    pub(crate) seed: String,
    /// The public key.
    pub(crate) public: String,
}

/// The `n`th key of a kind.
pub(crate) fn key(kind: KeyKind, n: u8) -> Key {
    let seed = Seed::from_entropy(kind, [n; 32]);
    Key {
        seed: seed.expose().to_string(),
        public: seed.public_key().to_text(),
    }
}

/// A home with the imported operator `OP` (key 1), and its account server if there is one.
pub(crate) fn managed(server: Option<&str>) -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let nats = server.map_or(json!({}), |url| json!({"account_server_url": url}));
    let key = key(KeyKind::Operator, 1);
    let jwt = token::sign(&claims("OP", &key.public, "operator", nats), &key.seed);
    let file = home.write("op.jwt", jwt);
    home.nsc(["add", "operator", "-u", file.to_str().unwrap()])
        .success();
    home
}

/// Prepares a command line whose words have no blanks in them.
pub(crate) fn line<'home>(home: &'home TestHome, words: &str) -> Call<'home> {
    home.nsc(words.split_whitespace())
}

/// Runs command lines that are all refused with `status`, and leave everything as it was.
#[track_caller]
pub(crate) fn refused(home: &TestHome, status: i32, lines: &[&str]) {
    line(home, "env").success();
    let before: FileTree = home.tree();
    for words in lines {
        line(home, words).failure(status);
        let changes = before.changes(&home.tree());
        // Locks and their folders may stay.
        let changes: Vec<_> = changes
            .into_iter()
            .filter(|change| !change.contains(".nsc-rs"))
            .collect();
        assert_eq!(changes, Vec::<String>::new(), "nsc {words}");
    }
}

/// The new home of an operator `O` (key 1) with the accounts `A` (key 1) and `B` (key 2), users `u` and `v` (keys 1
/// and 2) in `A`, and all seeds stored but `B`'s.
pub(crate) fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    operator(&home, "O", &key(KeyKind::Operator, 1), json!({}));
    account(&home, "O", "A", 1, json!({}));
    account(&home, "O", "B", 2, json!({}));
    user(&home, "A", "u", 1, json!({}));
    user(&home, "A", "v", 2, json!({}));
    for (kind, n) in [
        (KeyKind::Operator, 1),
        (KeyKind::Account, 1),
        (KeyKind::User, 1),
        (KeyKind::User, 2),
    ] {
        store_seed(&home, &key(kind, n));
    }
    home
}

/// Makes an operator store.
pub(crate) fn operator(home: &TestHome, name: &str, key: &Key, nats: Value) {
    let info = json!({"managed": false, "name": name, "kind": "operator", "version": "1"});
    let folder = home.stores().join(name);
    home.write(folder.join(".nsc"), info.to_string());
    let claims = claims(name, &key.public, "operator", nats);
    let token = token::sign(&claims, &key.seed);
    home.write(folder.join(format!("{name}.jwt")), token);
}

/// Makes an account with the `n`th key, signed by operator key 1.
pub(crate) fn account(home: &TestHome, operator: &str, name: &str, n: u8, nats: Value) {
    let unlimited = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
        "wildcards": true, "conn": -1, "leaf": -1,
    });
    let mut claims = claims(name, &key(KeyKind::Account, n).public, "account", nats);
    if claims["nats"]["limits"].is_null() {
        claims["nats"]["limits"] = unlimited;
    }
    let token = token::sign(&claims, &key(KeyKind::Operator, 1).seed);
    let folder = home.stores().join(operator).join("accounts").join(name);
    home.write(folder.join(format!("{name}.jwt")), token);
}

/// Makes a user of an account of `O` with the `n`th key, signed by account key 1.
pub(crate) fn user(home: &TestHome, account: &str, name: &str, n: u8, nats: Value) {
    user_by(home, account, name, n, nats, &key(KeyKind::Account, 1));
}

/// Makes a user that another key signs.
pub(crate) fn user_by(home: &TestHome, account: &str, name: &str, n: u8, nats: Value, by: &Key) {
    let unlimited = json!({"subs": -1, "data": -1, "payload": -1});
    let nats = if nats == json!({}) { unlimited } else { nats };
    let claims = claims(name, &key(KeyKind::User, n).public, "user", nats);
    let folder = home.stores().join("O/accounts").join(account).join("users");
    home.write(
        folder.join(format!("{name}.jwt")),
        token::sign(&claims, &by.seed),
    );
}

/// Claims of version 2; members of `nats` that start with `/` go to the top.
pub(crate) fn claims(name: &str, subject: &str, kind: &str, mut nats: Value) -> Value {
    nats["type"] = kind.into();
    nats["version"] = 2.into();
    let mut claims = json!({"name": name, "sub": subject, "iat": 1_700_000_000, "jti": "X"});
    if let Value::Object(members) = &mut nats {
        let top: Vec<String> = members
            .keys()
            .filter(|name| name.starts_with('/'))
            .cloned()
            .collect();
        for name in top {
            claims[&name[1..]] = members.remove(&name).unwrap_or_default();
        }
    }
    claims["nats"] = nats;
    claims
}

/// Stores a seed in the keystore.
pub(crate) fn store_seed(home: &TestHome, key: &Key) {
    home.write(home.seed_file(&key.public), &key.seed);
}
