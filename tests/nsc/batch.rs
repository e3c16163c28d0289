//! `nsc batch`: many commands, all of them or none.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, Call, FileTree, HttpDouble, Output, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key, line};

fn new_home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nsc"))
}

/// Prepares a batch from standard input.
fn batch<'home>(home: &'home TestHome, flags: &str, lines: &str) -> Call<'home> {
    line(home, &format!("batch - {flags}")).stdin(lines)
}

/// Runs a batch that is refused, and leaves everything as it was.
#[track_caller]
fn refused(home: &TestHome, status: i32, lines: &str) -> Output {
    let before = home.tree();
    let output = batch(home, "", lines).failure(status);
    assert_eq!(changes(&before, home), Vec::<String>::new());
    output.stderr_has("nothing was written");
    output
}

/// What changed since; locks and their folders may stay.
fn changes(before: &FileTree, home: &TestHome) -> Vec<String> {
    let rest = [".nsc-rs", "/lock", ".nsc-rs/.gitignore", "/journal"];
    let mut changes = before.changes(&home.tree());
    changes.retain(|change| !rest.iter().any(|rest| change.ends_with(rest)));
    changes
}

/// The entries of a batch that went well.
#[track_caller]
fn entries(home: &TestHome, lines: &str) -> Vec<Value> {
    let output = batch(home, "--output json", lines).success();
    output.json()["result"].as_array().unwrap().clone()
}

const BOOTSTRAP: &str = "\
# all that a new system needs
add operator O --sys --generate-signing-key
add account A      # the first one

nsc add user -a A u --allow-sub 'a.> q'
[\"add\", \"account\", \"--name\", \"two words\"]
{\"args\": [\"add\", \"user\", \"v\"]}
edit operator --service-url nats://localhost:4222
generate creds -a A -n u -o u.creds
generate config --mem-resolver --config-file server.conf
select account A
";

#[test]
fn an_empty_home_is_made_ready_in_one_commit() {
    let home = new_home();
    let output = batch(&home, "", BOOTSTRAP).success();
    output
        .stdout_has("line 2: nsc add operator O --sys --generate-signing-key")
        .stdout_has("in one commit");
    assert_eq!(
        home.operator_token("O").claims()["nats"]["operator_service_urls"],
        json!(["nats://localhost:4222"])
    );
    let user = home.user_token("O", "two words", "v");
    assert!(home.seed_file(user.subject()).exists());
    let creds = home.read(home.creds_file("O", "A", "u"));
    assert_eq!(home.read("work/u.creds"), creds);
    assert!(home.read("work/server.conf").contains("resolver"));
    home.tree().assert_private(&[".local", ".config"]);
    let env = home.nsc(["env", "--output", "json"]).success().json();
    assert_eq!(
        (&env["result"]["operator"], &env["result"]["account"]),
        (&json!("O"), &json!("A"))
    );
    let log = home.nsc(["log", "--output", "json"]).success().json();
    let commits = log["result"].as_array().unwrap();
    assert_eq!(commits.len(), 1);
    assert_eq!(commits[0]["command"], "nsc batch -");
    home.nsc(["validate"]).success();
}

#[test]
fn a_dry_run_of_a_batch_shows_all_and_writes_nothing() {
    let home = new_home();
    let output = batch(&home, "--dry-run", BOOTSTRAP).success();
    output
        .stdout_has("O/accounts/A/users/u.jwt")
        .stdout_has("u.creds")
        .stdout_has("server.conf")
        .stdout_has("nsc.json")
        .stdout_has("nothing was written (--dry-run)");
    assert!(!home.stores().exists() && !home.keystore().exists() && !home.config().exists());
    let json = batch(&home, "--dry-run --output json", BOOTSTRAP)
        .success()
        .json();
    assert_eq!(json["dry_run"], true);
    assert!(json["changes"].as_array().unwrap().len() > 10);
}

#[test]
fn a_line_that_fails_leaves_an_empty_home_empty() {
    let home = new_home();
    let lines = format!("{BOOTSTRAP}add user -a nobody x\n");
    refused(&home, 3, &lines).stderr_has("line 12: account `nobody` does not exist");
    assert!(!home.stores().exists() && !home.keystore().exists() && !home.config().exists());
    assert!(!home.work().join("u.creds").exists());
}

#[test]
fn later_lines_see_what_earlier_ones_did() {
    let home = stock::home();
    let lines = "\
add account C
add user -a C x --tag one
edit user -a C x --tag two
describe user -a C x --field nats.tags
list users -a C
add user -a C y
delete user -a C x --rm-creds --rm-nkey
list users -a C
rename account C D --OK
list accounts
add account C
list users -a D
delete account A --force
list accounts
add export -a D --subject q.> --name q
add import -a B --src-account D --remote-subject q.> --local-subject q.>
list keys --all
env -a B
env
generate nkey --account --store
edit signing-key -a D --sk generate --role r
add user -a D -K r z
validate -A
";
    let told = entries(&home, lines);
    let of = |number: u64| {
        let entry = told.iter().find(|entry| entry["line"] == number);
        entry.unwrap_or_else(|| panic!("no line {number}"))
    };
    let names = |number: u64| -> Vec<&str> {
        let list = of(number)["result"].as_array().unwrap();
        list.iter()
            .map(|item| item["name"].as_str().unwrap())
            .collect()
    };
    let tags = of(4)["result"].to_string();
    assert!(tags.contains("one") && tags.contains("two"), "{tags}");
    assert_eq!(names(5), ["x"]);
    assert_eq!(names(8), ["y"]);
    assert_eq!(names(10), ["A", "B", "D"]);
    assert_eq!(names(12), ["y"]);
    assert_eq!(names(14), ["B", "C", "D"]);
    assert_eq!(of(19)["result"]["account"], "B");
    assert_eq!(of(2)["changed"], true);
    assert_eq!(of(4).get("changes"), None);
    assert_eq!(of(1)["command"], "nsc add account C");
    let on_disk = home
        .nsc(["list", "accounts", "--output", "json"])
        .success()
        .json();
    let on_disk: Vec<&str> = on_disk["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| a["name"].as_str().unwrap())
        .collect();
    assert_eq!(on_disk, ["B", "C", "D"]);
    assert!(!home.stores().join("O/accounts/A").exists());
    home.user_token("O", "D", "z");
    assert!(!home.creds_file("O", "C", "x").exists());
    home.nsc(["validate", "-A"]).success();
}

#[test]
fn one_that_fails_in_the_middle_takes_all_back() {
    let home = stock::home();
    line(&home, "add account K").success();
    for (bad, status, why) in [
        ("add user -a A u", 4, "line 3: user `u` already exists"),
        (
            "delete user -a A nobody",
            3,
            "line 3: user `nobody` does not exist",
        ),
        ("add user -a B w", 5, "line 3: "),
        ("add account a*/b", 1, "line 3: "),
        (
            "generate creds -a A -n u -o no/such/folder.creds",
            3,
            "line 3: ",
        ),
    ] {
        let lines = format!("add account N\ndelete user -a A v\n{bad}\nadd account M\n");
        refused(&home, status, &lines).stderr_has(why);
    }
}

#[test]
fn lines_are_understood_before_the_first_one_runs() {
    let home = stock::home();
    line(&home, "env").success();
    let output = refused(
        &home,
        2,
        "add account N\nadd acount X\nadd user 'x\n[\"add\"\nlist users --colour\n",
    );
    for text in [
        "4 lines cannot be run",
        "line 2: unknown command `nsc add acount`",
        "did you mean `account`?",
        "try: line 2: nsc add --help",
        "line 3: a quote is not closed",
        "line 4: no list of words",
        "line 5: unknown flag `--colour`",
    ] {
        output.stderr_has(text);
    }
    let error = batch(&home, "--output json", "env\n\nadd acount X")
        .failure(2)
        .json();
    assert_eq!(
        (&error["error"]["line"], &error["error"]["kind"]),
        (&json!(3), &json!("usage"))
    );
    for lines in [
        "push -A",
        "pull -A",
        "status",
        "watch",
        "tool rtt",
        "rtt",
        "undo",
        "batch -",
        "fix --in x",
        "trash list",
        "keys migrate",
        "update",
        "upgrade-jwt",
        "migrate --operator-dir x",
        "load --profile x",
        "completion bash",
    ] {
        refused(&home, 2, lines).stderr_has("cannot be in a batch");
    }
    for flag in [
        "--output json",
        "--dry-run",
        "-H x",
        "--store x",
        "--lock-timeout 1",
        "--data-dir x",
    ] {
        refused(&home, 2, &format!("list users {flag}")).stderr_has("is not for a single line");
    }
    refused(&home, 2, "add account X -i").stderr_has("asks no questions");
    refused(&home, 2, "add account --help").stderr_has("line 1");
    refused(&home, 2, "nsc").stderr_has("no command behind");
    line(&home, "batch - -i")
        .failure(2)
        .stderr_has("asks no questions");
    line(&home, "batch no-such-file")
        .failure(3)
        .stderr_has("no-such-file");
    batch(&home, "", "# nothing to do\n")
        .success()
        .stdout_has("0 lines: nothing changed");
}

#[test]
fn what_may_have_been_meant_is_looked_for_among_what_lines_have_made() {
    let home = new_home();
    for (line, meant) in [
        ("describe account ORDRES", "ORDERS"),
        ("describe user -a ORDERS shp", "shop"),
    ] {
        let made = "add operator O\nadd account ORDERS\nadd user -a ORDERS shop\n";
        let output = refused(&home, 3, &format!("{made}{line}\n"));
        output.stderr_has(&format!("did you mean `{meant}`?"));
    }
}

#[test]
fn a_batch_is_about_one_operator() {
    let home = stock::home();
    line(&home, "env").success();
    refused(&home, 1, "add account N\nadd operator P\n")
        .stderr_has("line 2: a batch changes one operator")
        .stderr_has("one batch for each operator");
    refused(&home, 1, "add operator P\nenv -o O\nadd account N\n")
        .stderr_has("line 3: a batch changes one operator");
}

#[test]
fn a_store_in_the_working_directory_is_made_and_found() {
    let home = new_home();
    let lines = "add operator O\nadd account A\nadd user -a A u\ndescribe user -a A u\n";
    batch(&home, "", lines).env("NSC_CWD_ONLY", "").success();
    assert!(home.work().join("O/accounts/A/users/u.jwt").exists());
    assert!(!home.config().exists());
}

#[test]
fn undo_takes_a_batch_back_as_a_whole() {
    let home = new_home();
    batch(&home, "", BOOTSTRAP).success();
    let key = home.user_token("O", "A", "u").subject().to_owned();
    let before = home.tree();
    let lines = "\
add account N
add user -a N x
delete user -a A u --rm-nkey --rm-creds
edit account A --tag t
";
    batch(&home, "", lines).success();
    assert!(!home.seed_file(&key).exists());
    line(&home, "undo").success();
    assert!(home.seed_file(&key).exists());
    let mut left = changes(&before, &home);
    // What a commit leaves: its record, the seeds that it took back, empty folders, the account that was current.
    left.retain(|change| {
        let stays = ["/.nsc-rs/", "/keys/keys/", "/creds/O/N", "/nsc.json"];
        !stays.iter().any(|part| change.contains(part))
    });
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn strict_holds_for_each_line_and_may_be_given_to_one() {
    let home = stock::home();
    line(&home, "env").success();
    let lines = "add account N\nadd user -a N x --expiry 2020-01-01\n";
    let before = home.tree();
    batch(&home, "--strict", lines)
        .failure(1)
        .stderr_has("line 2: a warning refuses with --strict; nothing was written")
        .stderr_has("the expiry lies in the past");
    assert_eq!(changes(&before, &home), Vec::<String>::new());
    batch(
        &home,
        "--strict",
        &lines.replace("x --", "x --strict=false --"),
    )
    .success();
    refused(&home, 1, "edit user -a A u --expiry 2020-01-01 --strict").stderr_has("line 1");
    let told = entries(&home, "edit user -a A u --expiry 2020-01-01");
    assert!(
        told[0]["warnings"][0]
            .as_str()
            .unwrap()
            .contains("in the past")
    );
}

#[test]
fn secrets_are_in_no_result_error_or_history() {
    let home = stock::home();
    let seed = key(KeyKind::Account, 1).seed;
    let lines = format!("add user -a A x -K {seed}\nadd user -a A y --private-key={seed}\n");
    batch(&home, "", &lines).success().stdout_has("-K ***");
    let told = entries(&home, &lines.replace(" x ", " x2 ").replace(" y ", " y2 "));
    assert_eq!(told[0]["command"], "nsc add user -a A x2 -K ***");
    let mistyped = format!("{}X", &seed[..57]);
    for lines in [
        format!("add user -a A z -K {seed} --bogus"),
        format!("add user -a A z -K {mistyped}"),
        format!("add user -a A z {seed}"),
        format!("[\"add\", \"user\", {{\"{seed}\": 1}}]"),
        format!("add user -a nobody z -K {seed}"),
    ] {
        let output = batch(&home, "", &lines).run();
        assert_ne!(output.code(), Some(0), "{lines}");
        assert!(
            !output.stderr().contains(&seed[..30]),
            "{}",
            output.stderr()
        );
    }
    let history = home.stores().join("O/.nsc-rs/history/00000001");
    assert!(!home.read(history).contains(&seed));
}

#[test]
fn results_are_one_object_a_line() {
    let home = stock::home();
    let output = batch(
        &home,
        "--output jsonl",
        "add account N\n\nlist accounts\nselect account N\n",
    )
    .success();
    let lines: Vec<Value> = output
        .stdout()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let numbers: Vec<&Value> = lines.iter().map(|line| &line["line"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(3), &json!(4)]);
    assert_eq!(lines[0]["result"]["name"], "N");
    assert_eq!(lines[1].get("changed"), None);
    let whole = batch(&home, "--output json", "select account A")
        .success()
        .json();
    assert_eq!(whole["command"], "batch");
    assert_eq!(whole["changed"], true);
}

#[test]
fn files_that_flags_name_come_with_the_commit() {
    let home = stock::home();
    home.write("work/there.creds", "mine");
    let lines = "add user -a A x\ngenerate creds -a A -n x -o there.creds\ngenerate config --mem-resolver --dir conf\n\
                 describe jwt --file there.creds\n";
    refused(&home, 3, &format!("{lines}delete user -a A nobody\n"));
    assert_eq!(home.read("work/there.creds"), "mine");
    batch(&home, "", lines).success();
    assert!(
        home.read("work/there.creds")
            .contains("BEGIN NATS USER JWT")
    );
    assert!(home.work().join("conf/resolver.conf").exists());
    // What must not be replaced is not.
    refused(
        &home,
        4,
        "add account N\ngenerate config --mem-resolver --config-file there.creds\n",
    );
    #[cfg(unix)]
    refused(&home, 1, "generate creds -a A -n x -o /dev/null").stderr_has("/dev/null");
    #[cfg(unix)]
    {
        assert_eq!(home.tree().mode("work/there.creds"), 0o600);
        assert_eq!(home.tree().mode("work/conf/resolver.conf"), 0o644);
    }
}

#[test]
fn nothing_leaves_the_machine_from_a_batch() {
    let server = HttpDouble::start(|_| Answer::new(500, ""));
    let home = stock::managed(Some(&server.url()));
    refused(&home, 1, "add account N\n")
        .stderr_has("would take account `N` before the batch is complete");
    assert_eq!(server.requests().len(), 0);
    let by_hand = stock::managed(None);
    batch(&by_hand, "", "add account N\nadd user -a N u\n").success();
}

#[cfg(unix)]
#[test]
fn what_somebody_else_changes_meanwhile_refuses_the_batch() {
    use std::io::Write;
    let home = stock::home();
    let elsewhere = new_home();
    let fifo = elsewhere.work().join("fifo");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status();
    assert!(made.unwrap().success());
    // The second line waits for somebody to write into the pipe.
    let lines = format!(
        "edit account A --tag t\nadd users -a A --from {}\n",
        fifo.display()
    );
    let running = batch(&home, "", &lines).spawn();
    let mut pipe = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
    line(&home, "add account N --lock-timeout 0")
        .failure(1)
        .stderr_has("in use by");
    let account = home.stores().join("O/accounts/A/A.jwt");
    let theirs = format!("{}\n", home.read(&account));
    home.write(&account, &theirs);
    let before = home.tree();
    pipe.write_all(b"name\nx\n").unwrap();
    drop(pipe);
    let output = running.finish();
    assert_eq!(output.code(), Some(4), "{}", output.stderr());
    output.stderr_has("A.jwt").stderr_has("nothing was written");
    assert_eq!(changes(&before, &home), Vec::<String>::new());
}

#[test]
fn killed_at_any_moment_it_is_done_whole_or_not_at_all() {
    let home = stock::home();
    line(&home, "add account K").success();
    let count = 40;
    for round in 0..12_u64 {
        let lines: String = (0..count)
            .map(|n| format!("add user -a A r{round}-{n}\n"))
            .collect();
        let running = batch(&home, "", &lines).spawn();
        std::thread::sleep(std::time::Duration::from_millis(20 + 37 * round % 400));
        drop(running);
        let listed = line(&home, "list users -a A --output json")
            .success()
            .json();
        let prefix = format!("r{round}-");
        let users = listed["result"].as_array().unwrap();
        let made = users
            .iter()
            .filter(|user| user["name"].as_str().unwrap().starts_with(&prefix))
            .count();
        assert!(made == 0 || made == count, "{made} of {count} users");
    }
    let rest: Vec<String> = home
        .tree()
        .names()
        .into_iter()
        .filter(|name| name.ends_with(".tmp"))
        .map(str::to_owned)
        .collect();
    line(&home, "add account last").success();
    let left: Vec<&String> = rest.iter().filter(|name| home.tree().has(name)).collect();
    assert_eq!(left, Vec::<&String>::new());
    line(&home, "validate -A").success();
}

#[test]
fn a_thousand_lines_are_one_commit() {
    let home = stock::home();
    line(&home, "add account K").success();
    let lines: String = (0..1000).map(|n| format!("add user -a A m{n}\n")).collect();
    home.write("work/many.txt", &lines);
    line(&home, "batch many.txt")
        .success()
        .stdout_has("1000 lines: 3000 files changed in one commit");
    let log = line(&home, "log --output json").success().json();
    assert_eq!(log["result"][0]["command"], "nsc batch many.txt");
    assert_eq!(log["result"][0]["created"], 3000);
    line(&home, "undo").success();
    assert!(!home.stores().join("O/accounts/A/users/m0.jwt").exists());
}
