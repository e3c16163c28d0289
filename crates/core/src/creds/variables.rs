//! A user's token and seed each under a name of its own, for tools that take no creds file.

use zeroize::Zeroizing;

use crate::{kubernetes, yaml};

/// What a client needs to connect as a user.
pub struct Variables<'a> {
    /// The user's token, bare.
    pub token: &'a str,
    /// The user's seed.
    pub seed: &'a str,
    /// Where to connect, several separated by commas; `None` where that is not known.
    pub url: Option<&'a str>,
}

impl<'a> Variables<'a> {
    fn pairs(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let always = [("NATS_JWT", self.token), ("NATS_NKEY_SEED", self.seed)];
        always
            .into_iter()
            .chain(self.url.map(|url| ("NATS_URL", url)))
    }

    /// Lines `NAME=value`, as shells and env files read them.
    pub fn env(&self) -> Zeroizing<String> {
        let mut text = self.room();
        for (name, value) in self.pairs() {
            text.push_str(name);
            text.push('=');
            if value.chars().all(is_bare) {
                text.push_str(value);
            } else {
                text.push('\'');
                text.push_str(&value.replace('\'', "'\\''"));
                text.push('\'');
            }
            text.push('\n');
        }
        text
    }

    /// One JSON object.
    pub fn json(&self) -> Zeroizing<String> {
        let mut text = self.room();
        for (n, (name, value)) in self.pairs().enumerate() {
            text.push_str(if n == 0 { "{\n  \"" } else { ",\n  \"" });
            text.push_str(name);
            text.push_str("\": ");
            // Such a text is one of JSON, too.
            text.push_str(&yaml::quoted(value));
        }
        text.push_str("\n}\n");
        text
    }

    /// A secret of Kubernetes with this name.
    pub fn secret(&self, name: &str) -> Zeroizing<String> {
        let pairs: Vec<(&str, &str)> = self.pairs().collect();
        kubernetes::secret(name, &pairs)
    }

    /// Room for all of it, so that no copy of the seed stays behind.
    fn room(&self) -> Zeroizing<String> {
        let values: usize = self.pairs().map(|(_, value)| value.len()).sum();
        Zeroizing::new(String::with_capacity(4 * values + 200))
    }
}

/// Letters that mean nothing to a shell.
fn is_bare(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '/' | ',' | '@' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(url: Option<&'static str>) -> Variables<'static> {
        Variables {
            token: "e.y.J",
            seed: "SUAB",
            url,
        }
    }

    #[test]
    fn values_stand_apart() {
        let env = variables(Some("nats://h:4222,tls://[::1]:1")).env();
        assert_eq!(
            *env,
            "NATS_JWT=e.y.J\nNATS_NKEY_SEED=SUAB\nNATS_URL='nats://h:4222,tls://[::1]:1'\n"
        );
        assert_eq!(
            *variables(None).env(),
            "NATS_JWT=e.y.J\nNATS_NKEY_SEED=SUAB\n"
        );
        let json: serde_json::Value =
            serde_json::from_str(&variables(Some("nats://h")).json()).unwrap();
        let wanted = serde_json::json!({
            "NATS_JWT": "e.y.J", "NATS_NKEY_SEED": "SUAB", "NATS_URL": "nats://h",
        });
        assert_eq!(json, wanted);
        let secret = variables(None).secret("s");
        assert!(
            secret.ends_with("stringData:\n  NATS_JWT: \"e.y.J\"\n  NATS_NKEY_SEED: \"SUAB\"\n")
        );
    }

    #[test]
    fn a_url_cannot_leave_its_line() {
        let env = variables(Some("nats://$(x)'; rm")).env();
        assert!(
            env.ends_with("NATS_URL='nats://$(x)'\\''; rm'\n"),
            "{}",
            *env
        );
    }
}
