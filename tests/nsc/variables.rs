//! `NSC_*` variables of the global flags.

use nsc_testkit::{Call, Output, TestHome};

use crate::stock;

/// A value of a flag, and a command that comes out otherwise with it.
fn trial(flag: &str) -> (&'static str, &'static str) {
    match flag {
        "private-key" => ("nobody", "edit operator --tag t"),
        "interactive" => ("true", "add account"),
        "output" => ("json", "list accounts"),
        "dry-run" => ("true", "add account N"),
        "strict" => ("true", "add user -a A w --bearer"),
        // Only a lock that is held makes a difference; `lock_timeout` of the tests beside the code looks at the value.
        "lock-timeout" => ("7", "list accounts"),
        // `env` has a --store of its own.
        "store" => ("elsewhere", "describe operator --output json"),
        // Folders.
        _ => ("elsewhere", "env --output json"),
    }
}

fn seen(call: Call<'_>) -> (Option<i32>, String) {
    let output: Output = call.run();
    (output.code(), output.stdout().to_owned() + output.stderr())
}

#[test]
fn every_global_flag_has_a_variable_that_counts_like_it() {
    let command = nsc::cli::command();
    let help = |home: &TestHome| {
        home.nsc(["list", "accounts", "--help"])
            .success()
            .stdout()
            .to_owned()
    };
    let mut tried = 0;
    for arg in command.get_arguments().filter(|arg| arg.is_global_set()) {
        let variable = nsc::variables::of(arg).expect("every global flag has a long name");
        let (value, words) = trial(&variable.flag);
        let run = |prepare: &dyn Fn(Call<'_>) -> (Option<i32>, String), extra: Option<String>| {
            // The same home for all would see what the others wrote.
            let home = stock::home();
            home.nsc(["env"]).success();
            // Behind some commands `--store` is another flag.
            let words = extra.into_iter().chain(words.split(' ').map(str::to_owned));
            let (code, text) = prepare(home.nsc(words));
            (
                code,
                text.replace(&home.path().display().to_string(), "HOME"),
            )
        };
        let without_rows = |(code, text): (Option<i32>, String)| {
            let lines = text
                .lines()
                .filter(|line| !line.contains("\"set\"") && !line.contains("\"name\": \"NSC_"));
            (
                code,
                lines
                    .collect::<Vec<_>>()
                    .join("\n")
                    .replace("{\n", "")
                    .replace("},\n", ""),
            )
        };
        let plain = run(&|call| seen(call), None);
        let flag = run(
            &|call| seen(call),
            Some(format!("--{}={value}", variable.flag)),
        );
        let by_variable = run(&|call| seen(call.env(&variable.name, value)), None);
        let empty = run(&|call| seen(call.env(&variable.name, "")), None);
        let keyless = |(code, text): (Option<i32>, String)| {
            let words = text
                .split_whitespace()
                .map(|word| if word.len() > 50 { "KEY" } else { word });
            (code, words.collect::<Vec<_>>().join(" "))
        };
        let same = |seen: (Option<i32>, String)| keyless(without_rows(seen));
        assert_eq!(same(by_variable), same(flag.clone()), "{}", variable.name);
        assert_eq!(same(empty), same(plain.clone()), "{} empty", variable.name);
        if variable.flag != "lock-timeout" {
            assert_ne!(same(plain), same(flag), "--{}", variable.flag);
        }
        let home = stock::home();
        let help: Vec<String> = help(&home).split_whitespace().map(str::to_owned).collect();
        assert!(
            help.join(" ")
                .contains(&format!("[env: {}]", variable.name)),
            "{}",
            variable.name
        );
        tried += 1;
    }
    assert!(tried >= 10, "{tried}");
}

#[test]
fn a_bad_value_is_a_usage_error_that_names_the_variable() {
    let home = stock::home();
    for (name, value) in [
        ("NSC_OUTPUT", "xml"),
        ("NSC_LOCK_TIMEOUT", "soon"),
        ("NSC_DRY_RUN", "perhaps"),
        ("NSC_INTERACTIVE", "2"),
        ("NSC_STRICT", "maybe"),
    ] {
        let output = home.nsc(["list", "accounts"]).env(name, value).failure(2);
        output.stderr_has(name).stderr_has(value).stderr_has("try:");
        assert_eq!(output.stdout(), "", "{output}");
        let json = home.nsc(["list", "accounts", "--output", "json"]);
        let json = json.env(name, value).run();
        if name != "NSC_OUTPUT" {
            let error = json.json()["error"].clone();
            assert_eq!(error["entity"]["kind"], "variable");
            assert_eq!(error["entity"]["name"], name);
        }
        // Help is help whatever is set.
        home.nsc(["--help"]).env(name, value).success();
    }
}

#[test]
fn a_private_key_is_never_shown() {
    let home = stock::home();
    let seed = stock::key(nsc_core::keys::KeyKind::Operator, 1).seed;
    let call = |words: &str| stock::line(&home, words).env("NSC_PRIVATE_KEY", &seed);
    // The kit looks for seeds in all that is printed.
    call("env").success().stdout_has("set, as --private-key");
    call("env --output json").success();
    call("--help").success();
    call("edit operator --tag t").success();
    call("zork").failure(2);
    let logged = home.nsc(["log", "1", "--output", "json"]).success();
    assert!(!logged.stdout().contains(&seed));
    home.nsc(["env"]).success();
    let wrong = stock::key(nsc_core::keys::KeyKind::User, 9).seed;
    let call = stock::line(&home, "edit operator --tag u").env("NSC_PRIVATE_KEY", wrong);
    call.failure(5);
}

#[test]
fn env_shows_those_that_are_set() {
    let home = stock::home();
    let output = home.nsc(["env"]).env("NSC_LOCK_TIMEOUT", "9").success();
    output
        .stdout_has("$NSC_LOCK_TIMEOUT")
        .stdout_has("9, as --lock-timeout");
    let plain = home.nsc(["env"]).success();
    assert!(!plain.stdout().contains("NSC_LOCK_TIMEOUT"), "{plain}");
}

#[test]
fn a_typed_folder_counts_more_than_all_variables() {
    let home = stock::home();
    let json = |call: Call<'_>| call.success().json()["result"].clone();
    let typed = home.nsc(["env", "--output", "json", "-H", "here"]);
    let result = json(
        typed
            .env("NSC_CONFIG_DIR", "there")
            .env("NSC_HOME", "elsewhere"),
    );
    assert!(
        result["config_dir"]
            .as_str()
            .unwrap()
            .ends_with("work/here"),
        "{result}"
    );
    let specific = home.nsc(["env", "--output", "json"]);
    let result = json(
        specific
            .env("NSC_CONFIG_DIR", "there")
            .env("NSC_ALL_DIRS", "all"),
    );
    assert!(
        result["config_dir"]
            .as_str()
            .unwrap()
            .ends_with("work/there"),
        "{result}"
    );
    assert!(
        result["keystore_dir"]
            .as_str()
            .unwrap()
            .ends_with("work/all"),
        "{result}"
    );
}
