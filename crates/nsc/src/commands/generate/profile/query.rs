//! What the query of an nsc address asks for.

use nsc_core::nsc_url::NscUrl;

/// What is asked for about one entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Its name.
    pub(super) name: bool,
    /// Its public key.
    pub(super) key: bool,
    /// A seed of it.
    pub(super) seed: Option<SeedOf>,
}

/// Which seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SeedOf {
    /// The identity, or else the first signing key that is stored.
    Any,
    /// This public key.
    Key(String),
}

impl Wish {
    /// Whether nothing is asked for.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// All that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// About the operator.
    pub(super) operator: Wish,
    /// About the account.
    pub(super) account: Wish,
    /// About the user.
    pub(super) user: Wish,
    /// Another store root.
    pub(super) store: Option<String>,
    /// Another keystore.
    pub(super) keystore: Option<String>,
}

impl Wishes {
    /// Reads the query; unknown items count for nothing, and neither do wishes about entities that the address
    /// does not name.
    pub(super) fn of(url: &NscUrl) -> Self {
        let mut wishes = Self::default();
        for (item, value) in url.items() {
            wishes.take(url, &item, value);
        }
        if url.account.is_empty() {
            wishes.account = Wish::default();
        }
        if url.user.is_empty() {
            wishes.user = Wish::default();
        }
        wishes
    }

    fn take(&mut self, url: &NscUrl, item: &str, value: String) {
        match item {
            "store" => self.store = Some(value),
            "keystore" => self.keystore = Some(value),
            "key" => self.last(url).key = true,
            "keys" => self.each(|wish| wish.key = true),
            "name" | "names" => self.each(|wish| wish.name = true),
            "seed" | "seeds" => {
                self.each(|wish| wish.seed = wish.seed.take().or(Some(SeedOf::Any)))
            }
            other => self.take_of_entity(other, value),
        }
    }

    /// `operatorName`, `userSeed` and the like.
    fn take_of_entity(&mut self, item: &str, value: String) {
        let entities = [
            ("operator", &mut self.operator),
            ("account", &mut self.account),
            ("user", &mut self.user),
        ];
        for (entity, wish) in entities {
            match item.strip_prefix(entity) {
                Some("name") => wish.name = true,
                Some("key") => wish.key = true,
                Some("seed") if value.is_empty() => wish.seed = Some(SeedOf::Any),
                Some("seed") => wish.seed = Some(SeedOf::Key(value.clone())),
                _ => {}
            }
        }
    }

    /// About the last entity of the address.
    fn last(&mut self, url: &NscUrl) -> &mut Wish {
        if !url.user.is_empty() {
            &mut self.user
        } else if !url.account.is_empty() {
            &mut self.account
        } else {
            &mut self.operator
        }
    }

    fn each(&mut self, change: impl Fn(&mut Wish)) {
        for wish in [&mut self.operator, &mut self.account, &mut self.user] {
            change(wish);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(text: &str) -> Wishes {
        Wishes::of(&NscUrl::parse(text).unwrap())
    }

    #[test]
    fn key_is_about_the_last_entity_and_the_others_about_all() {
        let key = Wish {
            key: true,
            ..Wish::default()
        };
        let got = wishes("nsc://O/A?key");
        assert_eq!((&got.account, got.operator.is_empty()), (&key, true));
        let got = wishes("nsc://O/A/U?KEYS");
        assert_eq!((&got.operator, &got.account, &got.user), (&key, &key, &key));
        let got = wishes("nsc://O/A/U?name&seed");
        assert!(got.operator.name && got.account.name && got.user.name);
        assert_eq!(got.user.seed, Some(SeedOf::Any));
    }

    #[test]
    fn entities_that_are_not_named_are_passed_over() {
        let got = wishes("nsc://O?names&userKey&accountSeed=A&bogus=1");
        assert!(got.operator.name);
        assert!(got.account.is_empty() && got.user.is_empty());
    }

    #[test]
    fn values_keep_their_case() {
        let got = wishes("nsc://O/A?accountSeed=ABC&Store=/Tmp/X&keystore=~/Keys");
        assert_eq!(got.account.seed, Some(SeedOf::Key("ABC".to_owned())));
        assert_eq!(got.store.as_deref(), Some("/Tmp/X"));
        assert_eq!(got.keystore.as_deref(), Some("~/Keys"));
        // A named key counts more than a wish for all.
        let got = wishes("nsc://O/A?accountSeed=ABC&seeds");
        assert_eq!(got.account.seed, Some(SeedOf::Key("ABC".to_owned())));
    }
}
