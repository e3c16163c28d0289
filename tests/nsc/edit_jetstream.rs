//! JetStream flags of `nsc edit account`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

fn limits(home: &TestHome) -> Value {
    home.account_token("O", "A").claim("nats.limits").clone()
}

#[test]
fn the_whole_account_or_tiers() {
    let home = stock::home();
    line(&home, "edit account A --js-mem-storage 1k --js-streams 5").success();
    assert_eq!(limits(&home)["mem_storage"], 1000);
    assert_eq!(limits(&home)["streams"], 5);
    assert_eq!(limits(&home)["consumer"], -1);
    refused(
        &home,
        1,
        &[
            "edit account A --js-tier 1 --js-mem-storage 1",
            "edit account A --js-enable 1",
            "edit account A --js-enable 0",
            "edit account A --rm-js-tier 3",
        ],
    );
    line(&home, "edit account A --rm-js-tier 0").success();
    line(
        &home,
        "edit account A --js-tier 3 --js-disk-storage 2GiB --js-max-bytes-required",
    )
    .success();
    let tier = json!({
        "disk_storage": 2_147_483_648_i64, "streams": -1, "consumer": -1, "max_ack_pending": -1,
        "mem_max_stream_bytes": -1, "disk_max_stream_bytes": -1, "max_bytes_required": true,
    });
    assert_eq!(limits(&home)["tiered_limits"], json!({"R3": tier}));
    refused(
        &home,
        1,
        &[
            "edit account A --js-mem-storage 1",
            "edit account A --js-enable 0",
            "edit account A --js-enable 3",
        ],
    );
    line(&home, "edit account A --tag x").success();
    assert_eq!(
        limits(&home)["streams"],
        Value::Null,
        "nothing beside tiers"
    );
    line(
        &home,
        "edit account A --js-tier 3 --js-max-bytes-required=false",
    )
    .success();
    assert_eq!(
        limits(&home)["tiered_limits"]["R3"]["max_bytes_required"],
        Value::Null
    );
    line(&home, "edit account A --js-disable").success();
    assert_eq!(limits(&home)["tiered_limits"], Value::Null);
}

#[test]
fn a_plain_edit_is_in_no_ones_way() {
    let home = stock::home();
    line(&home, "edit account A --tag x").success();
    assert_eq!(limits(&home)["streams"], -1);
    line(&home, "edit account A --js-tier 1 --js-mem-storage 1").success();
    assert_eq!(limits(&home)["streams"], Value::Null);
    line(&home, "edit account B --tag x").success();
    line(&home, "edit operator --system-account B").success();
}

#[test]
fn flags_that_exclude_each_other_and_tiers_that_are_none() {
    let home = stock::home();
    refused(
        &home,
        2,
        &[
            "edit account A --js-disable --js-streams 1",
            "edit account A --js-disable --js-enable 1",
            "edit account A --rm-js-tier 0 --streams 1",
            "edit account A --js-enable 1 --js-tier 1",
            "edit account A --js-enable 1k",
            "edit account A --js-enable -2",
            "edit account A --js-tier -1 --js-streams 1",
        ],
    );
}

#[test]
fn old_names_work_and_say_so() {
    let home = stock::home();
    line(
        &home,
        "edit account A --mem-storage 1 --disk-storage 2 --streams 3 --consumer 4",
    )
    .success()
    .stderr_has("use `--js-mem-storage`");
    let limits = limits(&home);
    let got =
        ["mem_storage", "disk_storage", "streams", "consumer"].map(|name| limits[name].clone());
    assert_eq!(got, [1, 2, 3, 4].map(Value::from));
}

#[test]
fn the_system_account_refuses_jetstream_and_names_the_flags() {
    let home = stock::home();
    line(&home, "edit account A --tag x").success();
    line(&home, "edit operator --system-account A").success();
    line(
        &home,
        "edit account A --js-mem-storage 1 --js-max-bytes-required",
    )
    .failure(1)
    .stderr_has("--js-mem-storage, --js-max-bytes-required");
    refused(
        &home,
        1,
        &["edit account A --js-enable 0", "edit account A --js-tier 2"],
    );
    line(&home, "edit account A --tag y").success();
    assert_eq!(limits(&home)["streams"], Value::Null, "all absent");

    let tiers = json!({"limits": {"imports": -1, "exports": -1, "tiered_limits": {"R1": {"mem_storage": 1}}}});
    stock::account(&home, "O", "A", 1, tiers);
    refused(&home, 1, &["edit account A --tag z"]);
    line(&home, "edit account A --js-disable").success();
    assert_eq!(limits(&home)["tiered_limits"], Value::Null);
    assert_eq!(
        home.account_token("O", "A").subject(),
        key(KeyKind::Account, 1).public
    );
}

#[test]
fn a_new_tier_is_told() {
    let home = stock::home();
    line(&home, "edit account A --js-tier 2")
        .success()
        .stdout_has("added JetStream tier `R2`");
    assert_eq!(limits(&home)["tiered_limits"]["R2"]["streams"], -1);
}
