//! Servers run on the configurations of `nsc generate config` as they are.

use nsc_testkit::{NatsServer, TestHome, account_server};
use serde_json::json;

use crate::stock::{self, line};
use crate::system::{self, account_key};

/// A system with a user of `A` who has creds.
fn home() -> TestHome {
    let home = system::home(json!({}));
    for (account, user) in [("A", "u"), ("SYS", "sys")] {
        let creds = home.nsc(["generate", "creds", "-a", account, "-n", user]);
        let creds = creds.secret_expected().success();
        home.write(home.creds_file("O", account, user), creds.stdout());
    }
    home
}

fn config(home: &TestHome, flags: &str) -> String {
    let output = line(home, &format!("generate config {flags}")).success();
    output.stdout().to_owned()
}

fn start(home: &TestHome, config: &str) -> NatsServer {
    let server = NatsServer::start(home.path().join("server"), config);
    let url = server.url();
    system::operator(
        home,
        json!({"operator_service_urls": [url], "account_server_url": url}),
    );
    server
}

/// Whether the user of `A` can publish.
#[track_caller]
fn serves(home: &TestHome) {
    line(home, "tool pub x y -a A -u u").success();
}

#[test]
fn a_memory_resolver() {
    let home = home();
    let _server = start(&home, &config(&home, "--mem-resolver"));
    serves(&home);
}

#[test]
fn a_full_resolver_with_its_settings() {
    let home = home();
    let flags = "--nats-resolver --resolver-dir da\"ta --allow-delete --resolver-limit 2";
    let server = start(&home, &config(&home, flags));
    line(&home, "push -a A").success();
    serves(&home);
    let folder = server.folder().join("da\"ta");
    assert!(folder.join(format!("{}.jwt", account_key(1))).is_file());
    // Two are the limit.
    let refused = line(&home, "push -a B").run();
    assert_ne!(refused.code(), Some(0), "{refused}");
    // And accounts can be deleted.
    std::fs::remove_dir_all(home.stores().join("O/accounts/A")).unwrap();
    line(&home, "push --prune -a SYS").success();
    assert!(!folder.join(format!("{}.jwt", account_key(1))).exists());
}

#[test]
fn a_cache_resolver() {
    let home = home();
    let server = start(
        &home,
        &config(&home, "--nats-resolver-cache --resolver-limit 100"),
    );
    assert!(system::holds(&server, 9), "{}", server.log());
}

#[test]
fn a_url_resolver() {
    let home = home();
    let double = account_server(home.operator_token("O").text());
    let base = format!("{}/jwt/v1", double.url());
    system::operator(&home, json!({"account_server_url": base}));
    line(&home, "push -A").success();
    let text = config(&home, "--url-resolver");
    assert!(
        text.contains(&format!("resolver: \"URL({base}/accounts/)\"")),
        "{text}"
    );
    let _server = start(&home, &text);
    serves(&home);

    system::operator(&home, json!({"account_server_url": "nats://x:4222"}));
    line(&home, "generate config --url-resolver")
        .failure(1)
        .stderr_has("not one of HTTP");
    system::operator(&home, json!({}));
    line(&home, "generate config --url-resolver")
        .failure(1)
        .stderr_has("no account server URL");
}

#[test]
fn a_configuration_of_nkeys() {
    let home = stock::home();
    let exports = json!({"exports": [{"name": "s", "subject": "s.*", "type": "service"}]});
    stock::account(&home, "O", "A", 1, exports);
    let imports = json!({"imports": [{"name": "s", "subject": "s.b", "account": account_key(1),
        "type": "service", "local_subject": "mine"}]});
    stock::account(&home, "O", "B", 2, imports);
    NatsServer::start(home.path().join("server"), &config(&home, "--nkey"));
}

#[test]
fn helm_values_are_a_configuration_of_the_same_meaning() {
    let home = home();
    // What the chart makes of its values.
    let chart = |values: &str| {
        let mut config = braces(values, "merge:", 4);
        if values.contains("  resolver:\n    enabled: true\n") {
            let resolver = braces(values, "merge:", 6);
            config.push_str(&format!("resolver {{\ndir: './jwt'\n{resolver}}}\n"));
        }
        config
    };
    let _memory = start(
        &home,
        &chart(&config(&home, "--mem-resolver --format helm")),
    );
    serves(&home);
    drop(_memory);
    let flags = "--nats-resolver --allow-delete --resolver-limit 9 --format helm";
    let values = config(&home, flags);
    for line in [
        "      allow_delete: true",
        "      limit: 9",
        "      interval: \"2m\"",
    ] {
        assert!(values.lines().any(|l| l == line), "{values}");
    }
    let _full = start(&home, &chart(&values));
    line(&home, "push -a A").success();
    serves(&home);
    drop(_full);
    let values = config(
        &home,
        "--nats-resolver-cache --resolver-dir /x --format helm",
    );
    assert!(
        values.contains("    dir: \"/x\"\n") && values.contains("      ttl: \"1h\"\n"),
        "{values}"
    );
    let _cache = start(&home, &chart(&values));
}

/// The members below the last line `head` that are indented by `indent`, as nats-server writes maps.
fn braces(values: &str, head: &str, indent: usize) -> String {
    let head = format!("{}{head}", " ".repeat(indent - 2));
    let lines = values.lines().skip_while(|line| *line != head).skip(1);
    let mut out = String::new();
    let mut open = false;
    for line in lines.take_while(|line| line.starts_with(&" ".repeat(indent))) {
        let deep = line.starts_with(&" ".repeat(indent + 2));
        if open && !deep {
            out.push_str("}\n");
            open = false;
        }
        match line.strip_suffix(':') {
            Some(name) => {
                out.push_str(&format!("{name} {{\n"));
                open = true;
            }
            None => out.push_str(&format!("{line}\n")),
        }
    }
    if open {
        out.push_str("}\n");
    }
    out
}

#[test]
fn a_secret_holds_the_configuration() {
    let home = home();
    let plain = config(&home, "--mem-resolver");
    let secret = config(&home, "--mem-resolver --format k8s-secret");
    let (head, block) = secret.split_once("  resolver.conf: |\n").unwrap();
    assert_eq!(
        head,
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"nats-o-config\"\ntype: Opaque\nstringData:\n"
    );
    let block: Vec<&str> = block
        .lines()
        .map(|l| l.strip_prefix("    ").unwrap_or(l))
        .collect();
    assert_eq!(block.join("\n").trim_end(), plain.trim_end());
    NatsServer::start(home.path().join("server"), &block.join("\n"));
}

#[test]
fn settings_without_their_resolver_are_refused() {
    let home = home();
    stock::refused(
        &home,
        2,
        &[
            "generate config --mem-resolver --resolver-limit 3",
            "generate config --mem-resolver --resolver-dir x",
            "generate config --nats-resolver-cache --allow-delete",
            "generate config --nats-resolver --resolver-limit 0",
            "generate config --nats-resolver --secret-name x",
            "generate config --nats-resolver --format yaml",
            "generate config --mem-resolver --format helm --dir d",
            "generate config --mem-resolver --url-resolver",
        ],
    );
}

#[test]
fn a_file_in_the_way_is_told_with_the_flag_that_replaces_it() {
    let home = crate::stock::home();
    let words = "generate config --mem-resolver --config-file s.conf";
    crate::stock::line(&home, words).success();
    crate::stock::line(&home, words)
        .failure(4)
        .stderr_has("add `--force` to replace it");
    crate::stock::line(&home, &format!("{words} --force")).success();
}
