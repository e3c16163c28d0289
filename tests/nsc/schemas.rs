//! `docs/schemas`, and that every command prints what is said there. The kit holds every document against
//! its schema, here as in all other tests; here no command is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use nsc::error::Kind;
use nsc_testkit::{Call, TestHome};
use serde_json::{Value, json};

use crate::dry_run::Rehearsals;
use crate::{keys_migrate, load, migrate, stock, system, update, upgrade_jwt};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas")
}

#[test]
fn what_is_published_is_up_to_date() {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = std::fs::read_to_string(folder().join(&name)).unwrap();
        found.insert(name, text);
    }
    let published = nsc::schema::published().into_iter();
    let published: BTreeMap<String, String> = published.map(|s| (s.name, s.text)).collect();
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    let hint = "cargo xtask schemas writes them anew";
    assert_eq!(names(&found), names(&published), "{hint}");
    for (name, text) in published {
        assert!(found[&name] == text, "`{name}` is out of date: {hint}");
    }
}

/// The rows of the table of exit statuses: status, kind, when.
fn exit_statuses() -> Vec<(i32, String, String)> {
    let index = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let table = index.split("| exit status |").nth(1).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let kind = cells[1].trim_matches('`').to_owned();
        (cells[0].parse().unwrap(), kind, cells[2].to_owned())
    })
    .collect()
}

#[test]
fn the_table_of_exit_statuses_is_that_of_the_code() {
    let done = (0, String::new(), "done".to_owned());
    let kinds = Kind::ALL.iter().map(|kind| {
        let name = serde_json::to_value(kind).unwrap();
        let told = kind.told().trim_end_matches('.');
        let told = told[..1].to_lowercase() + &told[1..];
        (
            kind.status().into(),
            name.as_str().unwrap().to_owned(),
            told,
        )
    });
    let expected: Vec<(i32, String, String)> = std::iter::once(done).chain(kinds).collect();
    assert_eq!(exit_statuses(), expected);
}

#[test]
fn every_exit_status_of_the_table_is_given_by_a_command() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    home.nsc(["add", "account", "A"]).success();
    home.nsc(["add", "account", "D"]).success();
    let line = |status| match status {
        0 => "list accounts",
        1 => "add export -a A --subject a..b",
        2 => "nothing --like this",
        3 => "describe account B",
        4 => "add account A",
        5 => "edit operator --tag t -K nobody",
        6 => "add operator --url http://127.0.0.1:1/operator",
        7 => "list keys --all",
        other => panic!("no command for status {other}"),
    };
    for (status, kind, _) in exit_statuses() {
        if status == 7 {
            home.write(home.stores().join("O/accounts/D/D.jwt"), "no token");
        }
        let output = stock::line(&home, line(status))
            .env("NSC_OUTPUT", "json")
            .failure(status);
        let document = output.json();
        if status == 0 {
            assert!(document.get("error").is_none(), "{document:#}");
        } else {
            assert_eq!(document["error"]["kind"], kind.as_str());
            assert_eq!(document["error"]["exit_status"], status);
        }
        let expected = match status {
            0 => "done",
            7 => "partial",
            _ => "failed",
        };
        assert_eq!(document["status"], expected, "{document:#}");
        stock::line(&home, line(status)).failure(status);
    }
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let mut seen = Seen::default();
    let homes = [
        seen.fresh_home(),
        seen.accounts_and_users(),
        seen.sharing(),
        seen.elsewhere(),
    ];
    seen.with_a_server();
    seen.with_other_services();
    drop(homes);
    let all: BTreeSet<String> = nsc::schema::commands().into_iter().collect();
    let missing: Vec<&String> = all.difference(&seen.commands).collect();
    assert!(missing.is_empty(), "not run: {missing:?}");
    seen.rehearsals.assert_complete(&all);
}

/// The commands that printed a result, and those that were tried with `--dry-run` before.
#[derive(Default)]
struct Seen {
    commands: BTreeSet<String>,
    rehearsals: Rehearsals,
}

impl Seen {
    /// Runs a command, whose document has a result.
    #[track_caller]
    fn call(&mut self, call: Call<'_>) -> Value {
        let call = call.env("NSC_OUTPUT", "json").secret_expected();
        self.document(call.success().json())
    }

    #[track_caller]
    fn document(&mut self, document: Value) -> Value {
        assert!(document.get("result").is_some(), "{document:#}");
        let command = document["command"].as_str().unwrap();
        self.commands.insert(command.to_owned());
        document
    }

    /// Runs a command with `--dry-run`, and then for good.
    #[track_caller]
    fn twice<'home>(&mut self, home: &'home TestHome, call: impl Fn() -> Call<'home>) -> Value {
        let rehearsal = self.rehearsals.rehearse(home, call());
        let document = self.call(call());
        self.rehearsals.compare(&rehearsal, &document);
        document
    }

    /// Runs command lines, each with `--dry-run` before.
    #[track_caller]
    fn lines(&mut self, home: &TestHome, lines: &str) {
        let lines = lines.lines().map(str::trim);
        for line in lines.filter(|line| !line.is_empty()) {
            self.twice(home, || stock::line(home, line));
        }
    }

    fn fresh_home(&mut self) -> TestHome {
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        self.lines(
            &home,
            "completion bash
             completion none
             generate nkey --user --curve
             add operator O --sys --generate-signing-key
             init --name I
             list operators
             env
             list accounts -o I
             select operator O
             upgrade-jwt",
        );
        home
    }

    fn accounts_and_users(&mut self) -> TestHome {
        let home = stock::home();
        home.write("work/accounts.csv", "name\nD\nE\n");
        home.write("work/users.csv", "account,name\nA,x\nA,y\n");
        home.write(
            "work/batch.txt",
            "add account Y\nlist users -a A\nadd user -a Y y --bearer\n",
        );
        let user = home.user_token("O", "A", "u").subject().to_owned();
        self.lines(
            &home,
            "add account C --allow-pub c
             add account C --allow-pub c --if-absent
             add accounts --from accounts.csv --dry-run
             add accounts --from accounts.csv
             add user -a A w --allow-pub w.> --expiry 10d
             add users --from users.csv
             batch batch.txt
             edit operator --tag t --sk generate
             edit account A --tag t --conns 5
             edit account A --tag t
             edit signing-key -a A --sk generate --role r --allow-pub a.> --deny-sub b
             edit user -a A -n u --tag t
             add user -a A r1 -K r
             describe operator
             describe account A
             describe user -a A -n u
             describe user -a A -n r1
             describe user -a A -n r1 --field nats
             describe user -a A -n w --raw --output-file w.jwt
             describe account C --raw --output-file c.jwt
             describe jwt --file w.jwt
             list accounts
             list users -a A
             list keys --all --show-seeds
             select account A
             env --revoke-on-delete=false
             expirations
             validate --all-accounts
             log
             log 1
             generate creds -a A -n u
             generate creds -a A -n u -o u.creds
             generate config --mem-resolver
             generate config --mem-resolver --config-file resolver.conf
             generate context --context c -a A -u u
             generate diagram object
             generate diagram object -o object.puml
             generate profile nsc://O/A/u?names&seeds&keys
             generate profile nsc://O/A/u --output-file profile.json
             export keys --all --dir out --remove
             import keys --dir out
             revocations add-user -a A -n u
             revocations list-users -a A
             revocations compact -a A
             revocations add-user -a A -u *
             revocations compact -a A --yes
             revocations delete-user -a A -u *
             revocations add-user -a A -n u
             revocations delete-user -a A -n u
             revocations delete-user -a A -n u --if-exists
             delete user -a A w --rm-nkey --rm-creds
             delete user -a A w --if-exists
             import user --file w.jwt
             delete account C
             import account --file c.jwt
             rename account D F --OK
             undo
             trash list",
        );
        self.lines(&home, &format!("edit authcallout -a C --auth-user {user}"));
        let document = self.call(stock::line(&home, "trash list"));
        let key = document["result"][0]["public_key"].as_str().unwrap();
        self.lines(
            &home,
            &format!(
                "trash restore {key}
                 delete user -a A x --rm-nkey
                 trash empty
                 reissue operator
                 fix --in {} --out fixed",
                home.path().join(".local").display()
            ),
        );
        home
    }

    fn sharing(&mut self) -> TestHome {
        let home = stock::home();
        self.lines(
            &home,
            "add export -a A --subject p.> --private
             add export -a A --service --subject s --latency l --sampling 10 --response-type Stream
             edit export -a A --subject p.> --description d
             generate activation -a A --subject p.> --target-account B
             generate activation -a A --subject p.> --target-account B -o p.jwt
             add import -a B --token p.jwt
             describe jwt --file p.jwt
             describe account B
             generate diagram component
             generate diagram component -o component.puml
             delete import -a B --subject p.>
             delete import -a B --subject p.> --if-exists
             revocations add-activation -a A --subject p.> --target-account *
             revocations list-activations -a A --subject p.>
             revocations delete-activation -a A --subject p.> --target-account *
             revocations delete-activation -a A --subject p.> --target-account * --if-exists
             delete export -a A --subject p.>
             delete export -a A --subject p.> --if-exists
             add mapping -a A --from f --to t --weight 50 --cluster c
             delete mapping -a A --from f
             delete mapping -a A --from f --if-exists
             validate -a A",
        );
        home
    }

    /// What needs stores that are not as they should be.
    fn elsewhere(&mut self) -> TestHome {
        self.lines(&keys_migrate::home(), "keys migrate");
        let old = upgrade_jwt::home();
        self.lines(&old, "upgrade-jwt --yes");
        let home = migrate::home();
        let file = migrate::account_file(&home);
        self.lines(&home, &format!("migrate --url {file}"));
        home
    }

    fn with_a_server(&mut self) {
        let home = system::home(json!({}));
        let server = system::full_server(&home);
        let url = server.url();
        system::operator(
            &home,
            json!({"account_server_url": url, "operator_service_urls": [url]}),
        );
        self.lines(
            &home,
            "push -A --dry-run
             push -A
             push -A
             status
             push -D
             push -P
             push -R B",
        );
        // What is older here than on the servers is pulled.
        let account = home.stores().join("O/accounts/A/A.jwt");
        let older = home.read(&account);
        self.lines(&home, "edit account A --tag newer\npush -A");
        home.write(account, older);
        self.lines(
            &home,
            "pull -A
             generate creds -a A -n u",
        );
        let watch = ["watch", "--count", "1", "--output", "json"];
        let mut watch = home.nsc(watch).spawn();
        watch.wait_for("Watching");
        self.lines(&home, "edit account A --tag t\npush -A");
        self.document(watch.finish().json());
        let creds = home.nsc(["generate", "creds", "-a", "A", "-n", "u"]);
        let creds = creds.secret_expected().success();
        home.write(home.creds_file("O", "A", "u"), creds.stdout());
        for tool in ["tool ", ""] {
            let line = |words: &str| stock::line(&home, &format!("{tool}{words} -a A -u u"));
            for (listener, speaker) in [
                ("sub x --max-messages 1", "pub x hello"),
                ("reply x --max-messages 1", "req x hello"),
            ] {
                let mut heard = line(listener).env("NSC_OUTPUT", "json").spawn();
                heard.wait_for("Listening");
                self.call(line(speaker));
                self.document(heard.finish().json());
            }
            self.call(line("rtt"));
        }
    }

    fn with_other_services(&mut self) {
        let service = load::service();
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let profile = format!("nsc://Zoom?secret={}", load::seed());
        self.twice(&home, || {
            let call = home.nsc(["load", "--profile", &profile]);
            call.env("NSC_Zoom_OPERATOR", load::operator_url(&service))
        });

        let releases = update::releases("v99.1.0", update::DIGEST);
        let (home, _folder, _) = update::home(&releases);
        self.lines(&home, "update --dry-run");
    }
}

#[test]
fn lines_do_not_hide_what_went_wrong() {
    let home = stock::home();
    home.write(home.stores().join("O/accounts/B/B.jwt"), "no token");
    let list = stock::line(&home, "list keys --all").env("NSC_OUTPUT", "jsonl");
    let output = list.failure(7);
    output.stderr_has("ERR").stderr_has("B.jwt");
    assert!(output.stdout().lines().count() > 1, "{output}");
}

#[test]
fn lists_and_documents_come_in_lines_too() {
    let home = stock::home();
    for words in [
        "list accounts",
        "list keys --all",
        "log",
        "validate -A",
        "expirations",
        "describe account A",
        "generate nkey --user",
        "add account N",
        "add account N",
    ] {
        let call = stock::line(&home, words).env("NSC_OUTPUT", "jsonl");
        let output = call.secret_expected().run();
        for line in output.stdout().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert!(line.is_object(), "{words}: {line}");
        }
    }
}
