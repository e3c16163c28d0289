//! A record as it lies on the disk: JSON lines, the first about the commit, then one a file.

use serde::{Deserialize, Serialize};

use super::snapshot::Snapshot;
use crate::changeset::ChangeKind;
use crate::names;

/// One commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its number within the operator.
    #[serde(skip)]
    pub id: u64,
    /// When it was, Unix seconds.
    pub when: i64,
    /// The command line, secrets masked.
    pub command: String,
    /// How many files came into being.
    pub created: usize,
    /// How many files changed.
    pub replaced: usize,
    /// How many files went.
    pub removed: usize,
    /// The commit that this one undid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// Whether it made the operator, which cannot be undone from within.
    #[serde(skip_serializing_if = "is_false")]
    pub founding: bool,
    /// Whether the files were left out because there was too much of it.
    #[serde(skip_serializing_if = "is_false")]
    pub cut: bool,
}

impl Entry {
    pub(super) fn parse(id: u64, line: &str) -> Result<Self, String> {
        let entry: Self = serde_json::from_str(line).map_err(|e| e.to_string())?;
        Ok(Self { id, ..entry })
    }

    pub(super) fn to_line(&self) -> String {
        line(self)
    }

    pub(super) fn count(&mut self, change: ChangeKind) {
        *match change {
            ChangeKind::Create => &mut self.created,
            ChangeKind::Replace => &mut self.replaced,
            ChangeKind::Remove => &mut self.removed,
        } += 1;
    }
}

/// What happened to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// Which file.
    #[serde(flatten)]
    pub subject: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Snapshot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<Snapshot>,
}

impl FileRecord {
    /// What happened.
    pub fn change(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::Create,
            (_, None) => ChangeKind::Remove,
            _ => ChangeKind::Replace,
        }
    }

    /// Whether it is the JWT of the operator or of an account.
    pub fn is_of_operator_or_account(&self) -> bool {
        matches!(self.subject, Subject::Operator | Subject::Account { .. })
    }

    /// The token before, if the file is a JWT and was there.
    pub fn token_before(&self) -> Option<&str> {
        self.before.as_ref().and_then(Snapshot::token)
    }

    /// The token after, if the file is a JWT and is there.
    pub fn token_after(&self) -> Option<&str> {
        self.after.as_ref().and_then(Snapshot::token)
    }

    /// Names lead nowhere but into the operator and its creds, whoever wrote the record.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let record: Self = serde_json::from_str(line).map_err(|e| e.to_string())?;
        if record.subject.is_sound() {
            Ok(record)
        } else {
            Err("not written by this tool".to_owned())
        }
    }

    pub(super) fn to_line(&self) -> String {
        line(self)
    }
}

/// A file that commits are about. Names are those on disk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "file", rename_all = "snake_case")]
pub enum Subject {
    /// A seed.
    Key {
        /// Its public key.
        key: String,
    },
    /// The operator JWT.
    Operator,
    /// An account JWT.
    Account {
        /// The account.
        account: String,
    },
    /// A user JWT.
    User {
        /// Its account.
        account: String,
        /// The user.
        user: String,
    },
    /// A creds file.
    Creds {
        /// The account of the user.
        account: String,
        /// The user.
        user: String,
    },
}

impl Subject {
    fn is_sound(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Key { key } => nsc_core::keys::PublicKey::parse(key).is_ok(),
            Self::Account { account } => names::is_single_component(account),
            Self::User { account, user } | Self::Creds { account, user } => [account, user]
                .into_iter()
                .all(|name| names::is_single_component(name)),
        }
    }
}

fn line(value: &impl Serialize) -> String {
    let mut line = nsc_core::json::to_text(value);
    line.push('\n');
    line
}

fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn records_survive() {
        let record = FileRecord {
            subject: Subject::User {
                account: "A b".to_owned(),
                user: "ü\"".to_owned(),
            },
            before: None,
            after: Some(Snapshot::of(b"a.b.c")),
        };
        let text = record.to_line();
        assert_eq!(FileRecord::parse(text.trim_end()).unwrap(), record);
        assert_eq!(record.change(), ChangeKind::Create);
        assert_eq!(record.token_after(), Some("a.b.c"));
        let entry = Entry {
            id: 7,
            when: 5,
            command: "nsc\n".to_owned(),
            undoes: Some(3),
            ..Entry::default()
        };
        assert_eq!(Entry::parse(7, entry.to_line().trim_end()).unwrap(), entry);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for line in [
            r#"{"file":"user","account":"..","user":"u"}"#,
            r#"{"file":"creds","account":"A","user":"../../u"}"#,
            r#"{"file":"account","account":"a/b"}"#,
            r#"{"file":"key","key":"../x"}"#,
            r#"{"file":"config"}"#,
            "",
        ] {
            assert!(FileRecord::parse(line).is_err(), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_read_without_panic(line in "\\PC*") {
            let _ = (Entry::parse(1, &line), FileRecord::parse(&line));
        }
    }
}
