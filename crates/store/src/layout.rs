//! Names on disk, relative to their folders. Nothing here touches the disk.

use std::path::{Path, PathBuf};

/// Side folder for locks, journals, history and trash inside an operator folder, store root or keystore. The
/// original tools do not look there.
pub const SIDE: &str = ".nsc-rs";
/// Marks an operator folder.
pub const INFO: &str = ".nsc";
/// Ending of token files.
pub const JWT: &str = ".jwt";
/// Ending of seed files.
pub const NK: &str = ".nk";
/// Ending of creds files.
pub const CREDS: &str = ".creds";

/// `<name>.jwt`, the name without outer white space.
pub fn jwt_file(name: &str) -> String {
    format!("{}{JWT}", name.trim())
}

/// The operator JWT; `name` is the one inside `.nsc`.
pub fn operator_jwt(dir: &Path, name: &str) -> PathBuf {
    dir.join(jwt_file(name))
}

/// The folder of all accounts.
pub fn accounts_dir(dir: &Path) -> PathBuf {
    dir.join("accounts")
}

/// The folder of one account.
pub fn account_dir(dir: &Path, account: &str) -> PathBuf {
    accounts_dir(dir).join(account)
}

/// The JWT of an account.
pub fn account_jwt(dir: &Path, account: &str) -> PathBuf {
    account_dir(dir, account).join(jwt_file(account))
}

/// The folder of an account's users.
pub fn users_dir(dir: &Path, account: &str) -> PathBuf {
    account_dir(dir, account).join("users")
}

/// The JWT of a user.
pub fn user_jwt(dir: &Path, account: &str, user: &str) -> PathBuf {
    users_dir(dir, account).join(jwt_file(user))
}
