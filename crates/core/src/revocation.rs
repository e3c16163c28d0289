//! Revocations: up to which moment the tokens of a key count no longer.
//!
//! A revocation list maps a public key to unix seconds. The key [`EVERYONE`] stands for all
//! keys. User revocations live in the account, activation revocations in the export.

use std::collections::BTreeMap;

/// The key that stands for everyone.
pub const EVERYONE: &str = "*";

/// Revokes the tokens of `key` issued at `at` (unix seconds) or before.
///
/// An entry only moves forward: an existing later time stays.
pub fn revoke(list: &mut BTreeMap<String, i64>, key: &str, at: i64) {
    list.entry(key.to_owned())
        .and_modify(|known| *known = at.max(*known))
        .or_insert(at);
}

/// Tells whether a token of `key` issued at `issued_at` (unix seconds) is revoked.
///
/// It is when the entry of the key or of everyone is at or after that moment. A token without
/// subject or issue time counts as revoked.
pub fn is_revoked(list: &BTreeMap<String, i64>, key: &str, issued_at: i64) -> bool {
    if key.is_empty() || issued_at == 0 {
        return true;
    }
    covers(list, key, issued_at)
}

/// Tells whether the list revokes all that another one's entry for `key` (or [`EVERYONE`]) at `at` does.
pub fn covers(list: &BTreeMap<String, i64>, key: &str, at: i64) -> bool {
    [EVERYONE, key]
        .into_iter()
        .filter_map(|key| list.get(key))
        .any(|known| *known >= at)
}

/// The entries of `before` that `after` does not [cover](covers): what would count again.
///
/// ```
/// use nsc_core::revocation::lost;
///
/// let list = |entries: &[(&str, i64)]| entries.iter().map(|(k, at)| (k.to_string(), *at)).collect();
/// let before = list(&[("U1", 5), ("U2", 5)]);
/// assert_eq!(lost(&before, &list(&[("*", 4), ("U1", 7)])), [("U2", 5)]);
/// assert_eq!(lost(&before, &list(&[("*", 5)])), []);
/// ```
pub fn lost<'a>(
    before: &'a BTreeMap<String, i64>,
    after: &BTreeMap<String, i64>,
) -> Vec<(&'a str, i64)> {
    let entries = before.iter().map(|(key, at)| (key.as_str(), *at));
    entries
        .filter(|(key, at)| !covers(after, key, *at))
        .collect()
}

/// Removes the entry of exactly `key` and tells whether there was one.
pub fn clear(list: &mut BTreeMap<String, i64>, key: &str) -> bool {
    list.remove(key).is_some()
}

/// Drops the entries that the one for everyone makes pointless; returns their keys, sorted.
pub fn compact(list: &mut BTreeMap<String, i64>) -> Vec<String> {
    let Some(everyone) = list.get(EVERYONE).copied() else {
        return Vec::new();
    };
    let pointless = |key: &str, at: i64| key != EVERYONE && at <= everyone;
    list.extract_if(.., |key, at| pointless(key, *at))
        .map(|(key, _)| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_covers_its_own_second_and_never_moves_back() {
        let mut revocations = BTreeMap::new();
        revoke(&mut revocations, "U1", 100);
        revoke(&mut revocations, "U1", 50);
        assert!(is_revoked(&revocations, "U1", 100));
        assert!(!is_revoked(&revocations, "U1", 101));
        assert!(!is_revoked(&revocations, "U2", 1));
        assert!(is_revoked(&revocations, "U2", 0) && is_revoked(&revocations, "", 1));
        assert!(clear(&mut revocations, "U1") && !clear(&mut revocations, "U1"));
    }

    #[test]
    fn nothing_is_compacted_without_an_entry_for_everyone() {
        let mut revocations = BTreeMap::from([("U1".to_owned(), 1)]);
        assert!(compact(&mut revocations).is_empty());
        revoke(&mut revocations, EVERYONE, 1);
        assert_eq!(compact(&mut revocations), ["U1"]);
        assert_eq!(revocations.len(), 1);
    }
}
