//! What the commands are for: the groups that `nsc --help` lists them in.

/// Something that people come for, and the commands that do it.
pub struct Task {
    /// The heading.
    pub title: &'static str,
    /// Commands of the root.
    pub commands: &'static [&'static str],
}

/// All tasks, in the order in which people meet them.
pub const TASKS: [Task; 7] = [
    Task {
        title: "Begin",
        commands: &["init", "env", "select", "load"],
    },
    Task {
        title: "Operators, accounts, users and what they share",
        commands: &["add", "edit", "describe", "list", "delete", "batch"],
    },
    Task {
        title: "Keys, creds and configurations",
        commands: &[
            "generate",
            "revocations",
            "keys",
            "export",
            "import",
            "reissue",
        ],
    },
    Task {
        title: "Servers",
        commands: &["push", "pull", "status", "watch", "tool"],
    },
    Task {
        title: "Look and check",
        commands: &["validate", "expirations", "log"],
    },
    Task {
        title: "Undo and repair",
        commands: &["undo", "trash"],
    },
    Task {
        title: "This tool",
        commands: &["completion", "update", "help"],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_stands_under_one_task() {
        let mut root = crate::cli::command();
        root.build();
        let visible = root
            .get_subcommands()
            .filter(|command| !command.is_hide_set());
        let visible: BTreeSet<&str> = visible.map(clap::Command::get_name).collect();
        let listed: Vec<&str> = TASKS
            .iter()
            .flat_map(|task| task.commands)
            .copied()
            .collect();
        let distinct: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(distinct, visible);
        assert_eq!(listed.len(), distinct.len(), "{listed:?}");
    }
}
