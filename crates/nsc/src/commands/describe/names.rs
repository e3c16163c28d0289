//! Names of accounts that a token mentions by public key.

use std::collections::{BTreeMap, BTreeSet};

use nsc_store::{Context, OperatorStore};

/// Looks for accounts of an operator, then of the other ones, which are written `operator/account`. What cannot be
/// read has no name.
pub(super) fn of_accounts(
    context: &Context,
    store: Option<&OperatorStore>,
    keys: impl IntoIterator<Item = String>,
) -> BTreeMap<String, String> {
    let mut wanted: BTreeSet<String> = keys.into_iter().filter(|key| !key.is_empty()).collect();
    let mut names = BTreeMap::new();
    let mut look_in = |store: &OperatorStore, prefix: &str| {
        let found = store.account_names(&wanted).unwrap_or_default();
        wanted.retain(|key| !found.contains_key(key));
        let found = found.into_iter();
        names.extend(found.map(|(key, name)| (key, format!("{prefix}{name}"))));
        wanted.is_empty()
    };
    if store.is_some_and(|store| look_in(store, "")) {
        return names;
    }
    let here = store.map(OperatorStore::folder);
    for operator in context.operators().unwrap_or_default() {
        if Some(operator.as_str()) == here {
            continue;
        }
        if let Ok(store) = context.open_operator(&operator)
            && look_in(&store, &format!("{operator}/"))
        {
            break;
        }
    }
    names
}
