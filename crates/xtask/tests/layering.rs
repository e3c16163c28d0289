//! Who may depend on whom: the table of `docs/architecture.md`, held to what cargo says.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// One room of the house: a package, the packages of this workspace that it may build on, and the
/// packages of others that it must not know.
struct Room(
    &'static str,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

const HOUSE: &[Room] = &[
    Room("nsc-core", &[], &[TERMINAL, NETWORK, FILES, ENTROPY]),
    Room("nsc-store", &["nsc-core"], &[TERMINAL, NETWORK]),
    Room("nsc-resolver", &["nsc-core"], &[TERMINAL, FILES]),
    Room(
        "nsc",
        &["nsc-core", "nsc-resolver", "nsc-store"],
        &[CRYPTO, &["async-nats"]],
    ),
    Room("nk", &["nsc-core"], &[CRYPTO, NETWORK]),
    Room(
        "nsc-testkit",
        &["nsc-core", "nsc-store"],
        &[TERMINAL, NETWORK],
    ),
    Room(
        "nsc-bench",
        &["nsc-core", "nsc-store", TESTKIT],
        &[TERMINAL, NETWORK],
    ),
    Room("nsc-book", &[], &[TERMINAL, NETWORK]),
    Room("xtask", &["nk", "nsc", "nsc-core", TESTKIT], &[NETWORK]),
];

/// What tests may use besides.
const TESTKIT: &str = "nsc-testkit";

const CRYPTO: &[&str] = &[
    "crypto_box",
    "ed25519-dalek",
    "jsonwebtoken",
    "nkeys",
    "x25519-dalek",
];
const ENTROPY: &[&str] = &["getrandom", "rand"];
const FILES: &[&str] = &["fs-err", "tempfile"];
const NETWORK: &[&str] = &["async-nats", "reqwest", "tokio"];
const TERMINAL: &[&str] = &["clap", "comfy-table", "indicatif", "inquire"];

/// A dependency as a package states it.
struct Dependency {
    name: String,
    ours: bool,
    for_tests: bool,
}

#[test]
fn every_package_has_a_room() {
    let packages: BTreeSet<String> = packages().into_iter().map(|(name, _)| name).collect();
    let rooms: BTreeSet<String> = HOUSE.iter().map(|room| room.0.to_owned()).collect();
    assert_eq!(packages, rooms);
}

#[test]
fn rooms_build_only_on_those_below_them() {
    let mut wrong = Vec::new();
    for (package, dependencies) in packages() {
        let Room(_, may_use, _) = room_of(&package);
        for dependency in dependencies.iter().filter(|dependency| dependency.ours) {
            let for_tests = dependency.for_tests && dependency.name == TESTKIT;
            if !for_tests && !may_use.contains(&dependency.name.as_str()) {
                wrong.push(format!("{package} -> {}", dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "not allowed: {wrong:?}");
}

#[test]
fn rooms_do_not_know_what_is_not_theirs() {
    let mut wrong = Vec::new();
    for (package, dependencies) in packages() {
        let Room(_, _, foreign) = room_of(&package);
        for dependency in dependencies
            .iter()
            .filter(|dependency| !dependency.for_tests)
        {
            if foreign
                .iter()
                .any(|names| names.contains(&dependency.name.as_str()))
            {
                wrong.push(format!("{package} -> {}", dependency.name));
            }
        }
    }
    assert!(wrong.is_empty(), "not allowed: {wrong:?}");
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("packages") {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let text = std::fs::read_to_string(manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{manifest}");
    }
}

fn room_of(package: &str) -> &'static Room {
    let room = HOUSE.iter().find(|room| room.0 == package);
    room.unwrap_or_else(|| panic!("`{package}` has no row in the table"))
}

fn packages() -> Vec<(String, Vec<Dependency>)> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    packages
        .map(|package| (text(package, "name"), dependencies(package)))
        .collect()
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    let stated = package["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter();
    let dependency = |stated: &Value| Dependency {
        name: text(stated, "name"),
        ours: stated["path"].is_string(),
        for_tests: stated["kind"] == "dev",
    };
    stated.map(dependency).collect()
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().expect("a text").to_owned()
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--no-deps"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}
