use proptest::prelude::*;

use crate::claims::{JetStreamLimits, NO_LIMIT, OperatorLimits};
use crate::edit::{JetStreamEdit, JetStreamError, JetStreamLimitEdit, Tier};

const DISK: JetStreamLimitEdit = JetStreamLimitEdit {
    mem_storage: None,
    disk_storage: Some(1000),
    streams: None,
    consumer: None,
    max_ack_pending: None,
    mem_max_stream_bytes: None,
    disk_max_stream_bytes: None,
    max_bytes_required: None,
};

fn limits_of(tier: u64, edit: JetStreamLimitEdit) -> JetStreamEdit {
    JetStreamEdit::Limits(Tier::new(tier), edit)
}

fn apply(edit: &JetStreamEdit, limits: &mut OperatorLimits) -> Result<(), JetStreamError> {
    edit.apply(limits, false).map(drop)
}

/// Applies edits that all must be accepted.
fn after(edits: &[JetStreamEdit]) -> OperatorLimits {
    let mut limits = OperatorLimits::without_jetstream();
    for edit in edits {
        apply(edit, &mut limits).unwrap();
    }
    limits
}

fn numbers(limits: &JetStreamLimits) -> [i64; 7] {
    [
        limits.mem_storage,
        limits.disk_storage,
        limits.streams,
        limits.consumer,
        limits.max_ack_pending,
        limits.mem_max_stream_bytes,
        limits.disk_max_stream_bytes,
    ]
}

#[test]
fn the_first_edit_fills_in_what_is_not_given() {
    let untouched = after(&[JetStreamEdit::default()]);
    assert_eq!(
        numbers(&untouched.jetstream),
        [0, 0, -1, -1, -1, -1, -1],
        "no storage"
    );
    let streams = JetStreamLimitEdit {
        streams: Some(5),
        ..DISK
    };
    let limits = after(&[limits_of(0, streams), JetStreamEdit::default()]);
    assert_eq!(
        numbers(&limits.jetstream),
        [0, 1000, 5, -1, -1, -1, -1],
        "kept later"
    );
}

#[test]
fn tiers_and_account_limits_exclude_each_other() {
    let mut limits = after(&[limits_of(0, DISK)]);
    let refused = apply(&limits_of(1, DISK), &mut limits);
    assert_eq!(refused, Err(JetStreamError::AccountLimits));
    let refused = apply(&JetStreamEdit::Enable(Tier::new(1)), &mut limits);
    assert_eq!(refused, Err(JetStreamError::AccountLimits));

    let mut limits = after(&[limits_of(1, DISK), limits_of(3, DISK)]);
    let tiers = Err(JetStreamError::Tiers("R1, R3".to_owned()));
    assert_eq!(apply(&limits_of(0, DISK), &mut limits), tiers);
    assert_eq!(
        apply(&JetStreamEdit::Enable(Tier::ACCOUNT), &mut limits),
        tiers
    );
    assert_eq!(limits, after(&[limits_of(1, DISK), limits_of(3, DISK)]));
}

#[test]
fn limits_without_storage_are_in_nobodys_way() {
    let limits = after(&[JetStreamEdit::default(), limits_of(2, DISK)]);
    assert!(limits.jetstream.is_empty());
    assert_eq!(limits.tiered_limits["R2"].disk_storage, 1000);
    // And beside tiers none are written.
    let mut again = limits.clone();
    apply(&JetStreamEdit::default(), &mut again).unwrap();
    assert_eq!(again, limits);
    let enabled = after(&[
        JetStreamEdit::default(),
        JetStreamEdit::Enable(Tier::ACCOUNT),
    ]);
    assert_eq!(numbers(&enabled.jetstream), [-1, -1, 0, 0, 0, 0, 0]);
}

#[test]
fn enabling_gives_storage_once() {
    let enable = JetStreamEdit::Enable(Tier::new(1));
    let mut limits = after(std::slice::from_ref(&enable));
    assert_eq!(limits.tiered_limits["R1"].mem_storage, NO_LIMIT);
    let refused = apply(&enable, &mut limits);
    assert_eq!(refused, Err(JetStreamError::HasLimits(Tier::new(1))));
    apply(&JetStreamEdit::Enable(Tier::new(3)), &mut limits).unwrap();
    apply(&JetStreamEdit::Disable, &mut limits).unwrap();
    apply(&JetStreamEdit::Disable, &mut limits).unwrap();
    assert_eq!(limits, OperatorLimits::without_jetstream());
}

#[test]
fn a_tier_is_removed_by_its_number() {
    let mut limits = after(&[limits_of(1, DISK), limits_of(3, DISK)]);
    apply(&JetStreamEdit::Remove(Tier::new(3)), &mut limits).unwrap();
    let refused = apply(&JetStreamEdit::Remove(Tier::new(3)), &mut limits);
    assert_eq!(refused, Err(JetStreamError::UnknownTier(Tier::new(3))));
    apply(&JetStreamEdit::Remove(Tier::ACCOUNT), &mut limits).unwrap();
    assert_eq!(limits.tiered_limits.len(), 1);
}

#[test]
fn the_size_of_streams_may_be_required_and_no_longer() {
    let required = |value| JetStreamLimitEdit {
        max_bytes_required: Some(value),
        ..JetStreamLimitEdit::default()
    };
    let mut limits = after(&[limits_of(0, DISK), limits_of(0, required(true))]);
    assert!(limits.jetstream.max_bytes_required);
    apply(&limits_of(0, required(false)), &mut limits).unwrap();
    assert!(!limits.jetstream.max_bytes_required);
}

#[test]
fn the_system_account_has_no_jetstream() {
    let mut limits = after(&[JetStreamEdit::default()]);
    let none = JetStreamLimitEdit {
        streams: Some(-1),
        ..JetStreamLimitEdit::default()
    };
    for edit in [JetStreamEdit::default(), limits_of(0, none)] {
        edit.apply(&mut limits, true).unwrap();
        assert!(limits.jetstream.is_empty());
    }
    for edit in [
        JetStreamEdit::Enable(Tier::ACCOUNT),
        limits_of(0, DISK),
        limits_of(1, JetStreamLimitEdit::default()),
    ] {
        let refused = edit.apply(&mut limits, true);
        assert_eq!(refused, Err(JetStreamError::SystemAccount), "{edit:?}");
    }
    let mut with_tiers = after(&[limits_of(1, DISK)]);
    let refused = JetStreamEdit::default().apply(&mut with_tiers, true);
    assert_eq!(refused, Err(JetStreamError::SystemAccount));
    JetStreamEdit::Disable.apply(&mut with_tiers, true).unwrap();
    assert!(with_tiers.tiered_limits.is_empty());
}

#[test]
fn changes_tell_both_values() {
    let mut limits = after(&[limits_of(1, DISK)]);
    let more = JetStreamLimitEdit {
        disk_storage: Some(NO_LIMIT),
        ..DISK
    };
    let changes = limits_of(1, more).apply(&mut limits, false).unwrap();
    let texts: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["set JetStream disk storage of tier R1 to `unlimited`, was `1000`"]
    );
}

fn some_edit() -> impl Strategy<Value = JetStreamEdit> {
    let limit = || proptest::option::of(-1_i64..3);
    let tier = (0_u64..3).prop_map(Tier::new);
    let limits = (
        limit(),
        limit(),
        limit(),
        proptest::option::of(any::<bool>()),
    );
    let limits = limits.prop_map(|(mem, disk, streams, required)| JetStreamLimitEdit {
        mem_storage: mem,
        disk_storage: disk,
        streams,
        max_bytes_required: required,
        ..JetStreamLimitEdit::default()
    });
    prop_oneof![
        1 => Just(JetStreamEdit::Disable),
        2 => tier.clone().prop_map(JetStreamEdit::Enable),
        2 => tier.clone().prop_map(JetStreamEdit::Remove),
        6 => (tier, limits).prop_map(|(tier, limits)| JetStreamEdit::Limits(tier, limits)),
    ]
}

proptest! {
    #[test]
    fn no_edit_mixes_tiers_and_account_limits(edits in proptest::collection::vec(some_edit(), 1..12), is_system: bool) {
        let mut limits = OperatorLimits::without_jetstream();
        for edit in &edits {
            let before = limits.clone();
            if edit.apply(&mut limits, is_system).is_err() {
                prop_assert_eq!(&limits, &before, "{:?}", edit);
            }
            prop_assert!(limits.tiered_limits.is_empty() || limits.jetstream.is_empty());
            prop_assert!(!is_system || !limits.is_jetstream_enabled());
        }
    }
}
