//! The scripts that ask the program for candidates.

/// A shell that there is a script for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Elvish,
    Fish,
    Pwsh,
    Zsh,
}

impl Shell {
    /// The shell of a name, in any letter case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "bash" => Self::Bash,
            "elvish" => Self::Elvish,
            "fish" => Self::Fish,
            "powershell" | "pwsh" => Self::Pwsh,
            "zsh" => Self::Zsh,
            _ => return None,
        })
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Elvish => "elvish",
            Self::Fish => "fish",
            Self::Pwsh => "powershell",
            Self::Zsh => "zsh",
        }
    }

    /// The script, with or without descriptions of the candidates.
    pub(crate) fn script(self, described: bool) -> String {
        let text = match self {
            Self::Bash => include_str!("scripts/nsc.bash"),
            Self::Elvish => include_str!("scripts/nsc.elv"),
            Self::Fish => include_str!("scripts/nsc.fish"),
            Self::Pwsh => include_str!("scripts/nsc.ps1"),
            Self::Zsh => include_str!("scripts/nsc.zsh"),
        };
        if described {
            return text.to_owned();
        }
        text.replace("__complete ", "__completeNoDesc ")
    }
}
