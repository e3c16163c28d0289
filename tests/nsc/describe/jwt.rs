//! `nsc describe jwt`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, token};
use serde_json::json;

use super::{account, has_rows};
use crate::stock::{self, key};

#[test]
fn tokens_are_described_from_files() {
    let home = stock::home();
    let user = home.user_token("O", "A", "u").text().to_owned();
    let seed = key(KeyKind::User, 1).seed;
    let framed =
        format!("-----BEGIN NATS USER JWT-----\n{user}\n------END NATS USER JWT------\n\n");
    let creds = format!(
        "{framed}************\n-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    );
    for (name, text) in [
        ("bare", format!("{user}\n")),
        ("framed", framed),
        ("creds", creds),
    ] {
        home.write(format!("work/{name}"), text);
        has_rows(
            &home.nsc(["describe", "jwt", "-f", name]).success(),
            &["User", "Name|u"],
        );
    }
    let output = home
        .nsc(["describe", "jwt", "--file", "creds", "-R"])
        .success();
    assert_eq!(output.stdout(), format!("{user}\n"));
    home.nsc(["describe", "jwt", "-f", "missing"])
        .failure(3)
        .stderr_has("missing");
    home.nsc(["describe", "jwt"])
        .failure(2)
        .stderr_has("--file");
    home.nsc(["describe", "jwt", "bare"]).failure(2);
    for kind in ["O.jwt", "accounts/A/A.jwt"] {
        let path = home.stores().join("O").join(kind);
        home.nsc([
            std::ffi::OsStr::new("describe"),
            "jwt".as_ref(),
            "-f".as_ref(),
            path.as_os_str(),
        ])
        .success()
        .stdout_has("Details");
    }
}

#[test]
fn activations_have_an_identifier() {
    let home = stock::home();
    let nats = json!({"subject": "foo.bar.*", "kind": "service", "issuer_account": account(1), "tags": ["t"]});
    let claims = stock::claims("act", &account(2), "activation", nats);
    let token = token::sign(&claims, &key(KeyKind::Account, 9).seed);
    home.write("work/act.jwt", &token);
    let output = home.nsc(["describe", "jwt", "-f", "act.jwt"]).success();
    let id = nsc_core::hash_id::activation_id(&account(9), &account(2), "foo.bar").unwrap();
    has_rows(
        &output,
        &[
            "Activation",
            "Name|act",
            &format!("Account ID|{}", account(2)),
            &format!("Issuer ID|{}", account(9)),
            &format!("Issuer Account|{}", account(1)),
            "Tags|t",
            &format!("Hash ID|{id}"),
            "Import Type|Service",
            "Import Subject|foo.bar.*",
        ],
    );
    let typed = home
        .nsc(["describe", "jwt", "-f", "act.jwt", "--output", "json"])
        .success();
    assert_eq!(typed.json()["result"]["hash_id"], json!(id));
}

#[test]
fn any_kind_of_claims_is_shown_as_json() {
    let home = stock::home();
    let nats = json!({"big": 9_007_199_254_740_993i64});
    let claims = stock::claims("x", "thing", "something", nats);
    home.write(
        "work/x",
        token::sign(&claims, &key(KeyKind::Server, 1).seed),
    );
    let output = home.nsc(["describe", "jwt", "-f", "x", "-J"]).success();
    assert_eq!(
        output.json()["nats"]["big"],
        json!(9_007_199_254_740_993i64)
    );
    home.nsc(["describe", "jwt", "-f", "x", "-R"]).success();
    home.nsc(["describe", "jwt", "-f", "x"])
        .failure(1)
        .stderr_has("--json");
}

#[test]
fn what_cannot_be_trusted_is_refused() {
    let home = stock::home();
    let token = home.user_token("O", "A", "u").text().to_owned();
    let other = home.user_token("O", "A", "v").text().to_owned();
    let (body, _) = token.rsplit_once('.').unwrap();
    let (_, signature) = other.rsplit_once('.').unwrap();
    home.write("work/bad", format!("{body}.{signature}"));
    home.write("work/junk", "hello");
    // Somebody else's: {"alg":"RS256"} {"sub":"alice"}
    home.write(
        "work/foreign",
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.c2ln",
    );
    for form in [&[][..], &["-J"], &["-R"], &["-F", "sub"]] {
        for file in ["bad", "junk", "foreign"] {
            let args = [&["describe", "jwt", "-f", file], form].concat();
            let output = home.nsc(args).failure(1);
            if form == ["-J"] {
                // Whoever reads JSON gets the error as JSON, and nothing of the claims in their places.
                let document = output.json();
                assert_eq!(document["error"]["entity"]["name"], file);
                assert!(document.get("sub").is_none() && document.get("nats").is_none());
            } else {
                assert_eq!(output.stdout(), "", "{file}");
            }
        }
    }
    let output = home.nsc(["describe", "jwt", "-f", "foreign"]).failure(1);
    output
        .stderr_has("not one of NATS")
        .stderr_has("unverified: sub \"alice\"");
}

#[test]
fn tokens_are_fetched_from_urls() {
    let home = stock::home();
    let token = home.operator_token("O").text().to_owned();
    let server = HttpDouble::start(move |request| match request.path.as_str() {
        "/op" => Answer::new(200, format!("{token}\n")),
        "/accepted" => Answer::new(202, token.clone()),
        _ => Answer::new(404, "gone"),
    });
    let describe = |path: &str| {
        let url = format!("{}{path}", server.url());
        home.nsc(["describe", "jwt", "-f", &url, "-F", "name"])
    };
    assert_eq!(describe("/op").success().stdout(), "\"O\"\n");
    describe("/accepted").failure(6);
    describe("/no").failure(6).stderr_has("404");
}
