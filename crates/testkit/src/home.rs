//! A home for one test, from which the binaries run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::{Call, FileTree, Token};

/// A temp home with an environment of its own; it is removed when this goes away.
///
/// The binaries see `HOME`, `TMPDIR`, `PATH` and a fixed locale, time zone and terminal, and nothing
/// else of the environment that the tests run in: no `NSC_*`, `NATS_*`, `NKEYS_*` or `XDG_*`. They run
/// in the folder `work` inside the home.
///
/// ```no_run
/// # let nsc = "target/debug/nsc"; // env!("CARGO_BIN_EXE_nsc") in the tests of that package
/// let home = nsc_testkit::TestHome::new(nsc);
/// home.nsc(["add", "operator", "O"]).success().stdout_has("[ OK ]");
/// ```
#[derive(Debug)]
pub struct TestHome {
    dir: TempDir,
    binary: PathBuf,
}

impl TestHome {
    /// A new home for `binary`, which is the path of `nsc` or `nk`; the other one is looked for
    /// beside it.
    #[track_caller]
    pub fn new(binary: impl Into<PathBuf>) -> Self {
        let dir = tempfile::Builder::new().prefix("nsc-home-").tempdir();
        let dir = dir.expect("a temp folder can be made");
        for name in ["work", "tmp"] {
            std::fs::create_dir(dir.path().join(name)).expect("a new temp folder is writable");
        }
        Self {
            dir,
            binary: binary.into(),
        }
    }

    /// The home folder.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The folder that the binaries run in.
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// The default stores folder.
    pub fn stores(&self) -> PathBuf {
        self.path().join(".local/share/nats/nsc/stores")
    }

    /// The default keystore.
    pub fn keystore(&self) -> PathBuf {
        self.path().join(".local/share/nats/nsc/keys")
    }

    /// The default configuration folder, where `nsc.json` lives.
    pub fn config(&self) -> PathBuf {
        self.path().join(".config/nats/nsc")
    }

    /// Prepares a run of `nsc`.
    #[track_caller]
    pub fn nsc<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Call<'_> {
        self.call("nsc", args)
    }

    /// Prepares a run of `nk`.
    #[track_caller]
    pub fn nk<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Call<'_> {
        self.call("nk", args)
    }

    /// Prepares a line for a shell, which finds the binaries under their names.
    #[cfg(unix)]
    #[track_caller]
    pub fn shell(&self, line: &str) -> Call<'_> {
        let folder = self.binary.parent().expect("a binary is in a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", folder.display());
        // What a person types is read by bash, or by what is much like it.
        self.program("bash".as_ref(), line, ["-c", line])
            .env("PATH", path)
    }

    /// Writes a file, in a folder made for it when needed; a relative `path` is one in the home.
    #[track_caller]
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        let folder = path.parent().expect("a file is in a folder");
        std::fs::create_dir_all(folder).expect("the home is writable");
        std::fs::write(&path, content).expect("the home is writable");
        path
    }

    /// Reads a file as text; a relative `path` is one in the home.
    #[track_caller]
    pub fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.path().join(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) => panic!("cannot read `{}`: {error}\n{}", path.display(), self.tree()),
        }
    }

    /// Reads a token, bare or framed, and checks its signature; a relative `path` is one in the home.
    #[track_caller]
    pub fn token(&self, path: impl AsRef<Path>) -> Token {
        Token::parse(&self.read(path))
    }

    /// The JWT of `operator`.
    #[track_caller]
    pub fn operator_token(&self, operator: &str) -> Token {
        self.token(self.stores().join(operator).join(format!("{operator}.jwt")))
    }

    /// The JWT of an account of `operator`.
    #[track_caller]
    pub fn account_token(&self, operator: &str, account: &str) -> Token {
        let folder = self.stores().join(operator).join("accounts").join(account);
        self.token(folder.join(format!("{account}.jwt")))
    }

    /// The JWT of a user of an account of `operator`.
    #[track_caller]
    pub fn user_token(&self, operator: &str, account: &str, user: &str) -> Token {
        let folder = self.stores().join(operator).join("accounts").join(account);
        self.token(folder.join("users").join(format!("{user}.jwt")))
    }

    /// Where the keystore files the seed of a public key.
    pub fn seed_file(&self, public_key: &str) -> PathBuf {
        let folder = self
            .keystore()
            .join("keys")
            .join(&public_key[..1])
            .join(&public_key[1..3]);
        folder.join(format!("{public_key}.nk"))
    }

    /// Where the keystore files the creds of a user.
    pub fn creds_file(&self, operator: &str, account: &str, user: &str) -> PathBuf {
        let folder = self.keystore().join("creds").join(operator).join(account);
        folder.join(format!("{user}.creds"))
    }

    /// Everything in the home as it is now, but for `tmp`.
    pub fn tree(&self) -> FileTree {
        FileTree::of(self.path()).without("tmp")
    }

    #[track_caller]
    fn call<A: AsRef<OsStr>>(&self, name: &str, args: impl IntoIterator<Item = A>) -> Call<'_> {
        self.program(&self.binary(name), name, args)
    }

    /// Prepares a run of any program.
    pub(crate) fn program<A: AsRef<OsStr>>(
        &self,
        program: &Path,
        name: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Call<'_> {
        let mut command = self.prepared(program);
        let mut title = name.to_owned();
        for arg in args {
            let arg = arg.as_ref();
            title.push(' ');
            title.push_str(&quoted(&arg.to_string_lossy()));
            command.arg(arg);
        }
        Call::new(self, command, title)
    }

    /// A program that sees the home and nothing else.
    pub(crate) fn prepared(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.environment())
            .current_dir(self.work());
        command
    }

    /// Where the binary `name` is; panics when it was not built.
    #[track_caller]
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let path = self.binary.with_file_name(file);
        assert!(
            path.exists(),
            "no `{}`: build it first, `cargo build -p {name}`",
            path.display()
        );
        path
    }

    fn environment(&self) -> Vec<(String, std::ffi::OsString)> {
        let fixed = [
            ("LANG", "C.UTF-8"),
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
            ("TZ", "UTC"),
        ];
        // Coverage runs write their profiles where this says.
        let passed = ["PATH", "LLVM_PROFILE_FILE"];
        let own = [
            ("HOME", self.path().to_owned()),
            ("TMPDIR", self.path().join("tmp")),
        ];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value.into()));
        let own = own.map(|(name, value)| (name.to_owned(), value.into()));
        let passed = passed
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), std::env::var_os(name)?)));
        fixed.into_iter().chain(own).chain(passed).collect()
    }
}

/// The argument as a person would type it.
fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_owned();
    }
    format!("'{}'", arg.replace('\'', r"'\''"))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";

    /// A home whose `nsc` is the shell.
    fn home() -> TestHome {
        let mut home = TestHome::new("unused");
        home.binary = home.path().join("nsc");
        std::os::unix::fs::symlink("/bin/sh", &home.binary).unwrap();
        home
    }

    #[test]
    fn the_environment_is_the_homes_own() {
        let home = home();
        let output = home.nsc(["-c", "env; pwd"]).env("NSC_HOME", "/h").success();
        let text = output.stdout();
        assert!(
            text.contains(&format!("HOME={}\n", home.path().display())),
            "{text}"
        );
        assert!(
            text.contains("NSC_HOME=/h\n") && text.contains("NO_COLOR=1\n"),
            "{text}"
        );
        assert!(!text.contains("CARGO"), "{text}");
        assert!(text.trim_end().ends_with("/work"), "{text}");
    }

    #[test]
    fn input_output_and_status_are_carried() {
        let home = home();
        let call = home
            .nsc(["-c", "cat; echo told >&2; exit 3"])
            .stdin("given");
        let output = call.failure(3);
        assert_eq!(
            (output.stdout(), output.stderr(), output.code()),
            ("given", "told\n", Some(3))
        );
    }

    #[test]
    #[should_panic(expected = "expected exit status 0")]
    fn a_failure_is_no_success() {
        home().nsc(["-c", "exit 1"]).success();
    }

    #[test]
    #[should_panic(expected = "shows a secret")]
    fn a_seed_in_the_output_fails_the_run() {
        home()
            .nsc(["-c", &format!("echo {SEED} >&2; exit 1")])
            .failure(1);
    }

    #[test]
    fn a_seed_may_be_expected() {
        let home = home();
        let call = home.nsc(["-c", &format!("echo {SEED}")]).secret_expected();
        assert_eq!(call.success().stdout().trim(), SEED);
    }

    #[test]
    fn a_running_command_is_followed_and_interrupted() {
        // A shell could not catch the signal where this test was started with it ignored.
        let script = r#"exec python3 -c '
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(print("bye")))
print("ready", flush=True)
while True:
    time.sleep(0.05)'"#;
        let home = home();
        let mut running = home.nsc(["-c", script]).spawn();
        running.wait_for("ready");
        let output = running.interrupt();
        assert_eq!((output.code(), output.stdout()), (Some(0), "ready\nbye\n"));
    }

    #[test]
    #[should_panic(expected = "took over")]
    fn a_hanging_command_fails() {
        let limit = std::time::Duration::from_millis(50);
        home().nsc(["-c", "exec sleep 60"]).limit(limit).success();
    }

    #[test]
    fn commands_are_shown_as_typed() {
        let home = home();
        let call = home.nsc(["add", "user", "a b", "it's", ""]);
        assert_eq!(call.title(), r"nsc add user 'a b' 'it'\''s' ''");
    }
}
