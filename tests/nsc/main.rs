//! Black-box tests of the nsc binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod across;
#[cfg(unix)]
mod action;
mod activation;
mod add_account;
mod add_operator;
mod add_user;
mod again;
mod asked;
mod batch;
mod bulk;
mod claims;
mod client;
mod compact;
mod compare;
mod completion;
mod concurrency;
mod crash;
mod creds_formats;
#[cfg(unix)]
mod damage;
mod delete_account;
mod delete_user;
mod describe;
mod diagram;
mod diverged;
mod dry_run;
mod e2e;
mod edit_account;
mod edit_authcallout;
mod edit_jetstream;
mod edit_operator;
mod edit_signing_key;
mod edit_user;
mod effective;
mod env;
#[cfg(unix)]
mod examples;
mod expirations;
mod export;
mod export_keys;
mod faults;
mod fix;
mod fixtures;
mod generate;
mod groups;
mod history;
mod import;
mod imports;
mod init;
#[cfg(unix)]
mod installer;
mod keys_migrate;
mod list;
mod load;
#[cfg(unix)]
mod looks;
mod machines;
mod managed;
mod mapping;
#[cfg(unix)]
mod meant;
mod migrate;
mod one_folder;
mod profile;
mod prune;
mod pull;
mod push;
mod reissue;
#[cfg(unix)]
mod release_files;
mod rename;
mod resolver_configs;
mod revocations;
mod schemas;
mod sharing_e2e;
mod status;
mod stock;
mod strict;
mod system;
#[cfg(unix)]
mod terminal;
mod tool;
mod update;
mod upgrade_jwt;
mod validate;
mod variables;
mod watch;

/// A file that no module names would be a test that never runs.
#[test]
fn every_file_here_is_a_module() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/nsc");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") {
            let line = format!("\nmod {module};\n");
            assert!(
                include_str!("main.rs").contains(&line),
                "`{name}` is not wired"
            );
        }
    }
}
