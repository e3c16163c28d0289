//! Finds the commands in the text of a page.

/// Commands that belong together.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Block {
    /// The line of the page that [`text`](Self::text) begins on, from 1.
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) kind: Kind,
}

#[derive(Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Must end with this status.
    Commands { status: i32 },
    /// Must end with this status and print this.
    Shown { status: i32, output: String },
    /// For readers only.
    Unrun,
}

/// The blocks of a page, in order.
pub(super) fn of(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(command) = hidden(line) {
            blocks.push(commands(number, command.to_owned(), 0));
        }
        if line == "<!-- $" {
            let content = lines.by_ref().map(|(line, _)| line);
            let content: Vec<&str> = content.take_while(|line| *line != "-->").collect();
            blocks.push(commands(number + 1, content.join("\n"), 0));
        }
        if line.trim_start().starts_with("~~~") {
            return Err(format!("{number}: blocks are fenced with ```"));
        }
        let Some(info) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let content: Vec<&str> = lines
            .by_ref()
            .map(|(line, _)| line)
            .take_while(|line| !line.trim_start().starts_with("```"))
            .collect();
        let found = fenced(info, number + 1, &content);
        blocks.extend(found.map_err(|reason| format!("{number}: {reason}"))?);
    }
    Ok(blocks)
}

/// `<!-- $ command -->`.
fn hidden(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- $ ")?.strip_suffix(" -->")
}

fn fenced(info: &str, line: usize, content: &[&str]) -> Result<Vec<Block>, String> {
    let mut words = info.split(',');
    let language = words.next().unwrap_or_default();
    let (mut status, mut run) = (0, true);
    for word in words {
        match word.strip_prefix("fails=").map(str::parse) {
            Some(Ok(code)) => status = code,
            None if word == "norun" => run = false,
            _ if matches!(language, "sh" | "console") => return Err(format!("what is `{word}`?")),
            _ => {}
        }
    }
    let text = content.join("\n");
    match language {
        "sh" if !run => Ok(vec![Block {
            line,
            text,
            kind: Kind::Unrun,
        }]),
        "sh" if status != 0 && count(content) != 1 => {
            Err("a block that fails holds one command, so that it is this one that fails".into())
        }
        "sh" => Ok(vec![commands(line, text, status)]),
        "console" => shown(line, content, status),
        "bash" | "fish" | "powershell" | "shell" | "zsh" => {
            Err(format!("nobody runs `{language}`: commands are `sh`"))
        }
        _ => match content.iter().find(|line| is_command(line)) {
            Some(line) => Err(format!("nobody runs `{line}`")),
            None => Ok(Vec::new()),
        },
    }
}

fn commands(line: usize, text: String, status: i32) -> Block {
    Block {
        line,
        text,
        kind: Kind::Commands { status },
    }
}

/// How many commands there are, one on several lines counted once.
fn count(content: &[&str]) -> usize {
    let ends = |line: &&&str| !line.ends_with('\\') && !line.trim().is_empty();
    content.iter().filter(ends).count()
}

/// What looks as if it was to be typed.
fn is_command(line: &str) -> bool {
    ["$ ", "nsc ", "nk ", "nats-server "]
        .iter()
        .any(|word| line.starts_with(word))
}

/// The commands of a session, each with what it prints.
fn shown(line: usize, content: &[&str], status: i32) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = content.iter().zip(line..).peekable();
    while let Some((first, line)) = lines.next() {
        let Some(command) = first.strip_prefix("$ ") else {
            return Err(format!("what a session begins with is `$ `, not `{first}`"));
        };
        let mut text = command.to_owned();
        while text.ends_with('\\') {
            let (next, _) = lines.next().ok_or("a command ends in `\\`")?;
            text.push('\n');
            text.push_str(next);
        }
        let mut output = Vec::new();
        while let Some((next, _)) = lines.next_if(|(next, _)| !next.starts_with("$ ")) {
            output.push(*next);
        }
        blocks.push(Block {
            line,
            text,
            kind: Kind::Shown {
                status: 0,
                output: output.join("\n"),
            },
        });
    }
    match blocks.last_mut().map(|block| &mut block.kind) {
        Some(Kind::Shown { status: last, .. }) => *last = status,
        _ => return Err("a session without a command".to_owned()),
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_lines() {
        let page = "# T\n```sh\na\nb\n```\ntext\n<!-- $ c -->\n```sh,fails=3\nd \\\n  e\n```\n";
        let found = of(page).unwrap();
        let expected = vec![
            commands(3, "a\nb".into(), 0),
            commands(7, "c".into(), 0),
            commands(9, "d \\\n  e".into(), 3),
        ];
        assert_eq!(found, expected);
        let found = of("<!-- $\nf\ng\n-->\n").unwrap();
        assert_eq!(found, [commands(2, "f\ng".into(), 0)]);
    }

    #[test]
    fn sessions_are_commands_with_their_output() {
        let found = of("```console,fails=4\n$ a \\\n  b\nout\n\n$ c\n```\n").unwrap();
        let kinds: Vec<_> = found
            .iter()
            .map(|block| (block.line, &block.text))
            .collect();
        assert_eq!(kinds, [(2, &"a \\\n  b".to_owned()), (6, &"c".to_owned())]);
        let output = |status, output: &str| Kind::Shown {
            status,
            output: output.into(),
        };
        assert_eq!(found[0].kind, output(0, "out\n"));
        assert_eq!(found[1].kind, output(4, ""));
    }

    #[test]
    fn what_nobody_runs_is_told() {
        for page in [
            "```text\nnsc init\n```",
            "```\n$ ls\n```",
            "```sh,maybe\nls\n```",
            "```bash\nls\n```",
            "~~~sh\nls\n~~~",
            "```sh,fails=1\nls\nls\n```",
            "```console\nout\n```",
            "```console\n```",
        ] {
            assert!(of(page).is_err(), "{page}");
        }
        assert_eq!(of("```json\n{}\n```").unwrap(), []);
        assert_eq!(of("```sh,norun\nls\n```").unwrap()[0].kind, Kind::Unrun);
    }
}
