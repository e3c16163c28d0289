//! What each argument of each command asks for.

use clap::Arg;

/// What may stand in an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An account, by name; by key where a key is begun.
    Account,
    /// The public key of an account, told by its name.
    AccountKey,
    /// A signing key of the account.
    AccountSigningKey,
    /// A number of a recorded commit.
    Commit,
    /// A file.
    File,
    /// A folder.
    Folder,
    /// The name of an export of the account.
    ExportName,
    /// The subject of an export of the account.
    ExportSubject,
    /// The subject of an import of the account.
    ImportSubject,
    /// The account that an import of the account comes from.
    ImportSource,
    /// A subject that the account maps.
    MappedSubject,
    /// A target of the mappings.
    MappingTarget,
    /// An operator of the store.
    Operator,
    /// A signing key of the operator.
    OperatorSigningKey,
    /// A well-known operator, or a file.
    OperatorSource,
    /// A well-known operator.
    WellKnownOperator,
    /// A user of the account that is revoked.
    RevokedUser,
    /// A role of the account.
    Role,
    /// A role or a signing key of the account.
    RoleOrKey,
    /// The subject of an export of the account that an import comes from.
    SourceExport,
    /// A key that may sign: roles, signing and identity keys of account and operator, or a file.
    Signer,
    /// A user of the system account.
    SystemUser,
    /// A tag of the thing that is edited.
    Tag,
    /// A seed in the trash, by public key.
    TrashedKey,
    /// A user of the account, by name; by key where a key is begun.
    User,
    /// The public key of a user of the account.
    UserKey,
    /// One of a few words.
    Words(&'static [&'static str]),
}

impl Kind {
    /// Whether a file may stand there as well.
    pub(super) fn may_be_file(self) -> bool {
        matches!(self, Self::OperatorSource | Self::RoleOrKey | Self::Signer)
    }
}

/// What an argument of the command asks for; `None` where nobody can know.
pub(super) fn kind_of(path: &str, arg: &Arg) -> Option<Kind> {
    // Switches: `--operator` of `nsc list keys`.
    if arg.is_require_equals_set() {
        return None;
    }
    let id = arg.get_id().as_str();
    of_command(path, id)
        .or_else(|| of_id(path, id))
        .or_else(|| of_value(arg))
}

/// Arguments whose meaning depends on the command.
fn of_command(path: &str, id: &str) -> Option<Kind> {
    Some(match (path, id) {
        ("edit account" | "delete account" | "describe account", "name" | "word") => Kind::Account,
        ("select account", "name") | ("rename account", "old") | ("edit authcallout", "word") => {
            Kind::Account
        }
        ("edit user" | "delete user" | "describe user" | "generate creds", "name" | "word") => {
            Kind::User
        }
        ("revocations add-user", "name") => Kind::User,
        ("revocations add-user", "user_public_key") => Kind::UserKey,
        ("revocations delete-user", "name" | "user_public_key") => Kind::RevokedUser,
        ("describe operator" | "reissue operator" | "select operator", "name" | "word") => {
            Kind::Operator
        }
        ("edit account" | "edit operator", "sk") => Kind::Words(&["generate"]),
        ("edit account", "rm_sk") => Kind::AccountSigningKey,
        ("edit operator", "rm_sk") => Kind::OperatorSigningKey,
        ("edit signing-key", "sk" | "word") => Kind::RoleOrKey,
        ("edit signing-key", "role") => Kind::Role,
        ("edit authcallout", "curve") => Kind::Words(&["generate"]),
        ("edit export", "name") => Kind::ExportName,
        ("edit export" | "delete export" | "generate activation", "subject") => Kind::ExportSubject,
        (
            "revocations add-activation"
            | "revocations delete-activation"
            | "revocations list-activations",
            "subject",
        ) => Kind::ExportSubject,
        ("delete import", "subject") => Kind::ImportSubject,
        ("delete import", "src_account") => Kind::ImportSource,
        ("add import", "remote_subject") => Kind::SourceExport,
        ("delete mapping", "from") | ("add mapping", "from") => Kind::MappedSubject,
        ("delete mapping", "to") => Kind::MappingTarget,
        ("log" | "undo", "id") => Kind::Commit,
        ("trash restore", "keys") => Kind::TrashedKey,
        ("add operator", "url") => Kind::OperatorSource,
        ("completion", "shell") => Kind::Words(&["bash", "elvish", "fish", "powershell", "zsh"]),
        _ => return None,
    })
}

/// Arguments that mean the same wherever they are.
fn of_id(path: &str, id: &str) -> Option<Kind> {
    const CONNECTIONS: &[&str] = &[
        "standard",
        "websocket",
        "leafnode",
        "leafnode_ws",
        "mqtt",
        "mqtt_ws",
        "in_process",
    ];
    Some(match id {
        "account" | "src_account" | "target_account" | "system_account" | "sys_account"
        | "account_removal" => Kind::Account,
        "allowed_account" | "rm_allowed_account" => Kind::AccountKey,
        "auth_user" | "rm_auth_user" => Kind::UserKey,
        "cluster_traffic" => Kind::Words(&["system", "owner"]),
        "conn_type" | "rm_conn_type" => Kind::Words(CONNECTIONS),
        "operator" => Kind::Operator,
        "private_key" => Kind::Signer,
        "remote_operator" => Kind::WellKnownOperator,
        "response_type" => Kind::Words(&["Singleton", "Stream", "Chunked"]),
        "rm_tag" | "tag" => Kind::Tag,
        "system_user" => Kind::SystemUser,
        "user" if path != "load" => Kind::User,
        _ => return None,
    })
}

/// Files and folders are known by what the help calls them.
fn of_value(arg: &Arg) -> Option<Kind> {
    if !arg.get_action().takes_values() {
        return None;
    }
    match arg.get_value_names()?.first()?.as_str() {
        "DIR" | "DIRS" => Some(Kind::Folder),
        "FILE" | "FILE|URL" | "FILE|-" => Some(Kind::File),
        _ => None,
    }
}
