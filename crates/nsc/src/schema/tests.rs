use std::collections::BTreeSet;

use super::*;

#[test]
fn every_command_is_described_once() {
    let described: Vec<String> = all().iter().map(|r| r.command().to_owned()).collect();
    let unique: BTreeSet<String> = described.iter().cloned().collect();
    assert_eq!(described.len(), unique.len(), "{described:?}");
    assert_eq!(unique, commands().into_iter().collect());
}
