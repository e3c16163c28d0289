//! One shell for all blocks of a page.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::blocks::{Block, Kind};
use super::compare::is_as_shown;
use crate::TestHome;
use crate::nats::{free_port, server_binary};

/// A page that takes longer than this hangs.
const LIMIT: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(10);

/// Ports that pages show and no test may take.
const PORTS: &[&str] = &[
    "4222", "4223", "4224", "4225", "6222", "6223", "8080", "8222",
];

/// What the driver needs beside the blocks. It tells on the file `report` in which block it is, and
/// which command of it failed.
const PROLOGUE: &str = r#"
set -eE -o pipefail
__failed() { [ -s "$__dir/failed" ] || printf '%s\t%s\t%s' "$1" "$2" "$3" > "$__dir/failed"; }
__watched() { trap '__failed "$?" "$LINENO" "$BASH_COMMAND"' ERR; }
__stop() { local pids; pids=$(jobs -p); [ -z "$pids" ] || kill $pids 2>/dev/null || true; }
__listening() {
    for _ in $(seq 600); do
        if (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        sleep 0.05
    done
    echo "nothing listens on port $1"
    return 1
}
trap __stop EXIT
trap 'exit 143' TERM
__watched
"#;

/// How it went.
pub(super) struct Ran {
    /// What each block that was reached printed.
    pub(super) outputs: Vec<String>,
    /// The first thing that was not as written: line, what and why.
    pub(super) wrong: Option<String>,
}

pub(super) fn run(home: &TestHome, blocks: &[Block]) -> Ran {
    let dir = home.path().join("tmp/page");
    fs::create_dir_all(&dir).expect("the home is writable");
    let ports = Ports::new();
    let blocks: Vec<Block> = blocks
        .iter()
        .filter(|block| block.kind != Kind::Unrun)
        .map(|block| ports.freed(block))
        .collect();
    let driver = driver(&dir, &blocks);
    let driver_file = dir.join("driver.sh");
    fs::write(&driver_file, driver).expect("the home is writable");
    let mut shell = home.prepared(Path::new("bash"));
    shell.arg(&driver_file).env("PATH", path(home));
    let ended = Group::spawn(shell).wait();
    judge(&dir, &blocks, ended)
}

/// The page's ports, each with a free one.
struct Ports(Vec<(&'static str, String)>);

impl Ports {
    fn new() -> Self {
        let free = |port: &&'static str| (*port, free_port().to_string());
        Self(PORTS.iter().map(free).collect())
    }

    fn replace(&self, text: &str) -> String {
        let replace = |text: String, (shown, free): &(&str, String)| text.replace(shown, free);
        self.0.iter().fold(text.to_owned(), replace)
    }

    fn freed(&self, block: &Block) -> Block {
        let kind = match &block.kind {
            Kind::Commands { status } => Kind::Commands { status: *status },
            Kind::Shown { status, output } => Kind::Shown {
                status: *status,
                output: self.replace(output),
            },
            Kind::Unrun => Kind::Unrun,
        };
        Block {
            line: block.line,
            text: self.replace(&block.text),
            kind,
        }
    }
}

/// Writes the blocks to files and returns the script that runs them. Each file begins with empty
/// lines, so that the shell counts as the page does.
fn driver(dir: &Path, blocks: &[Block]) -> String {
    let mut script = format!("__dir='{}'\n{PROLOGUE}", dir.display());
    for (number, block) in blocks.iter().enumerate() {
        let file = dir.join(format!("{number}.sh"));
        let text = block.text.lines().map(waiting_for_servers);
        let text = "\n".repeat(block.line - 1) + &text.collect::<Vec<_>>().join("\n") + "\n";
        fs::write(&file, text).expect("the home is writable");
        let run = format!(". \"$__dir/{number}.sh\" > \"$__dir/{number}.out\" 2>&1");
        let line = match status_of(block) {
            0 => run,
            status => format!(
                "trap - ERR; set +e; {run}; __status=$?; set -e; __watched\n\
                 [ $__status = {status} ] || {{ __failed $__status {} 'this, which is to end with {status},'; exit 1; }}",
                block.line
            ),
        };
        // Writing to a string does not fail.
        let _ = writeln!(script, "echo {number} > \"$__dir/reached\"\n{line}");
    }
    script.push_str("echo done > \"$__dir/reached\"\n");
    script
}

fn status_of(block: &Block) -> i32 {
    match block.kind {
        Kind::Commands { status } | Kind::Shown { status, .. } => status,
        Kind::Unrun => 0,
    }
}

/// A server in the background is there once it listens.
fn waiting_for_servers(line: &str) -> String {
    let mut words = line.split_whitespace().skip_while(|word| *word != "-p");
    match (line.strip_prefix("nats-server "), words.nth(1)) {
        (Some(_), Some(port)) if line.ends_with('&') => format!("{line} __listening {port}"),
        _ => line.to_owned(),
    }
}

/// The binaries of the home, then the server, then what was there.
fn path(home: &TestHome) -> std::ffi::OsString {
    let folder = |path: PathBuf| path.parent().map(Path::to_owned).unwrap_or_default();
    let before = std::env::var_os("PATH").unwrap_or_default();
    let own = [folder(home.binary("nk")), folder(server_binary())];
    let all = own.into_iter().chain(std::env::split_paths(&before));
    std::env::join_paths(all).expect("the folders have no colons")
}

fn judge(dir: &Path, blocks: &[Block], ended: Result<(), String>) -> Ran {
    let read = |name: String| {
        let bytes = fs::read(dir.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let reached = read("reached".into());
    let done = reached.trim() == "done";
    let last = reached
        .trim()
        .parse()
        .unwrap_or(blocks.len().saturating_sub(1));
    let outputs: Vec<String> = (0..blocks.len().min(last + 1))
        .map(|number| read(format!("{number}.out")))
        .collect();
    let unlike = blocks
        .iter()
        .zip(&outputs)
        .take(if done { blocks.len() } else { last });
    let mut wrong = unlike.filter_map(|(block, output)| unlike_shown(block, output));
    let wrong = wrong.next().or_else(|| {
        let output = outputs.last().map(String::as_str).unwrap_or_default();
        (!done).then(|| failure(&blocks[last], &read("failed".into()), output, ended))
    });
    Ran { outputs, wrong }
}

fn unlike_shown(block: &Block, output: &str) -> Option<String> {
    let Kind::Shown { output: shown, .. } = &block.kind else {
        return None;
    };
    let unlike = !is_as_shown(shown, output);
    unlike.then(|| {
        format!(
            "{}: `{}` prints something else\nshown:\n{shown}\nprinted:\n{output}",
            block.line, block.text
        )
    })
}

/// What the shell told of the command that ended it.
fn failure(block: &Block, failed: &str, output: &str, ended: Result<(), String>) -> String {
    let mut parts = failed.splitn(3, '\t');
    let (status, line, command) = (parts.next(), parts.next(), parts.next());
    let what = match (status, line, command, ended) {
        (Some(status), Some(line), Some(command), _) => {
            format!("{line}: `{command}` ended with exit status {status}")
        }
        (.., Err(reason)) => format!("{}: {reason}", block.line),
        _ => format!("{}: the shell ended in this block", block.line),
    };
    format!("{what}\nblock:\n{}\nprinted:\n{output}", block.text)
}

/// A shell with all that it starts.
struct Group(Child);

impl Group {
    fn spawn(mut shell: Command) -> Self {
        shell.process_group(0);
        shell
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(shell.spawn().expect("there is a bash"))
    }

    fn wait(mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < LIMIT {
            if self
                .0
                .try_wait()
                .expect("a started process can be asked")
                .is_some()
            {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("it took over {LIMIT:?}"))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Both fail once all of it has ended, which is what they are for.
        let group = format!("-{}", self.0.id());
        let mut kill = Command::new("kill");
        kill.args(["-KILL", "--", &group]).stderr(Stdio::null());
        let _ = kill.status();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::super::Page;
    use super::*;

    /// Runs a page in a home whose binaries are the shell.
    fn run_page(page: &str) -> Option<String> {
        let home = TestHome::new("/bin/sh");
        let blocks = super::super::blocks::of(page).unwrap();
        let dir = home.path().join("tmp/page");
        fs::create_dir_all(&dir).unwrap();
        let file = dir.join("driver.sh");
        fs::write(&file, driver(&dir, &blocks)).unwrap();
        let mut shell = home.prepared(Path::new("bash"));
        shell.arg(&file);
        judge(&dir, &blocks, Group::spawn(shell).wait()).wrong
    }

    #[test]
    fn blocks_share_a_shell() {
        let page = "```sh\nx=1\ncd ..\n```\n```sh,fails=3\n(exit 3)\n```\n\
                    ```console\n$ echo $x; basename \"$PWD\"\n1\nnsc-home-…\n```\n";
        assert_eq!(run_page(page), None);
    }

    #[test]
    fn a_failure_is_told_with_its_line() {
        let wrong = run_page("# T\n```sh\ntrue\necho seen\nfalse a\n```\n").unwrap();
        assert!(
            wrong.starts_with("5: `false a` ended with exit status 1"),
            "{wrong}"
        );
        assert!(wrong.ends_with("printed:\nseen\n"), "{wrong}");
        let wrong = run_page("```sh,fails=2\n(exit 3)\n```\n").unwrap();
        assert!(
            wrong.contains("end with 2") && wrong.contains("status 3"),
            "{wrong}"
        );
        let wrong = run_page("```sh,fails=2\ntrue\n```\n").unwrap();
        assert!(wrong.contains("exit status 0"), "{wrong}");
        let wrong = run_page("```console\n$ echo a\nb\n```\n").unwrap();
        assert!(
            wrong.starts_with("2: `echo a` prints something else"),
            "{wrong}"
        );
        let wrong = run_page("```sh\nexit 0\n```\n").unwrap();
        assert!(wrong.contains("the shell ended"), "{wrong}");
        assert!(
            run_page("```sh\nfalse | true\n```\n").is_some(),
            "pipes too"
        );
    }

    #[test]
    fn what_a_page_started_ends_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("alive");
        let page = format!(
            "```sh\n(while :; do echo x >> {}; sleep 0.02; done) &\nsleep 0.1\n```\n",
            file.display()
        );
        assert_eq!(run_page(&page), None);
        let before = fs::read(&file).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(fs::read(&file).unwrap(), before);
    }

    #[test]
    fn servers_are_waited_for() {
        let line = waiting_for_servers("nats-server -c s.conf -p 4222 &");
        assert_eq!(line, "nats-server -c s.conf -p 4222 & __listening 4222");
        assert_eq!(waiting_for_servers("sleep 1 &"), "sleep 1 &");
    }

    #[test]
    #[should_panic(expected = "shows a secret")]
    fn seeds_are_not_printed() {
        let seed = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
        let root = tempfile::tempdir().unwrap();
        fs::write(
            root.path().join("p.md"),
            format!("```sh\necho {seed}\n```\n"),
        )
        .unwrap();
        // Binaries beside each other, as the home wants them.
        fs::write(root.path().join("nk"), "").unwrap();
        let home = TestHome::new(root.path().join("nsc"));
        Page::read(root.path(), "p.md").run(&home);
    }
}
