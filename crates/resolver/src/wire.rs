//! The JSON that servers answer claims requests with.

use serde::Deserialize;

use crate::report::{Answer, JetStreamData, Server, ServerFacts, ServerListing, ServerReply};

/// Reads the answer of a server to UPDATE or DELETE.
///
/// Any bytes give a reply: what cannot be understood becomes an [`Answer::Unusable`].
pub(crate) fn read_reply(payload: &[u8]) -> ServerReply {
    let reply: Reply<Done> = match serde_json::from_slice(payload) {
        Ok(reply) => reply,
        Err(error) => return unusable(None, format!("it is not the JSON of a reply ({error})")),
    };
    let server = reply.server.map(Server::from);
    if let Some(error) = reply.error {
        let answer = Answer::Refused {
            code: error.code,
            description: error.description,
        };
        return ServerReply { server, answer };
    }
    let Some(done) = reply.data else {
        return unusable(server, "it has neither data nor an error".to_owned());
    };
    if server.is_none() {
        return unusable(None, format!("it names no server: {}", done.message));
    }
    // Servers that keep only accounts in use say so in the text of a success.
    let skipped = done.message.contains("skipped");
    let message = done.message;
    let answer = if skipped {
        Answer::Skipped { message }
    } else {
        Answer::Accepted { message }
    };
    ServerReply { server, answer }
}

/// Reads the answer of a server to LIST.
pub(crate) fn read_listing(payload: &[u8]) -> ServerListing {
    let reply: Reply<Vec<String>> = match serde_json::from_slice(payload) {
        Ok(reply) => reply,
        Err(error) => {
            let accounts = Err(format!("the answer is not the JSON of a list ({error})"));
            return ServerListing {
                server: None,
                accounts,
            };
        }
    };
    let accounts = match (reply.error, reply.data) {
        (Some(error), _) => Err(error.description),
        (None, Some(accounts)) => Ok(accounts),
        // An empty list is left out by some versions.
        (None, None) => Ok(Vec::new()),
    };
    ServerListing {
        server: reply.server.map(Server::from),
        accounts,
    }
}

/// Reads the answer of a server to PING: who it is, and how many servers it knows of.
pub(crate) fn read_ping(payload: &[u8]) -> Option<(Server, usize)> {
    let ping: Ping = serde_json::from_slice(payload).ok()?;
    Some((Server::from(ping.server), ping.statsz.active_servers))
}

/// Reads the answer of a server to VARZ.
pub(crate) fn read_facts(payload: &[u8]) -> Option<ServerFacts> {
    let reply: Reply<Varz> = serde_json::from_slice(payload).ok()?;
    let (server, data) = (reply.server?, reply.data?);
    Some(ServerFacts {
        server: server.into(),
        version: data.version,
        operators: data.trusted_operators_jwt,
        system_account: data.system_account,
    })
}

/// Reads the answer of a server to JSZ: accounts by public key, and what they keep.
pub(crate) fn read_jetstream(payload: &[u8]) -> Vec<(String, JetStreamData)> {
    let reply = serde_json::from_slice::<Reply<Jsz>>(payload).ok();
    let accounts = reply.and_then(|reply| reply.data).unwrap_or_default();
    let used = |account: JszAccount| {
        let JszAccount {
            id,
            memory,
            storage,
        } = account;
        (id, JetStreamData { memory, storage })
    };
    accounts.account_details.into_iter().map(used).collect()
}

/// Takes one message of a PACK answer apart: account id and JWT.
pub(crate) fn read_pack(payload: &[u8]) -> Option<(String, String)> {
    let (id, token) = std::str::from_utf8(payload).ok()?.split_once('|')?;
    Some((id.to_owned(), token.to_owned()))
}

fn unusable(server: Option<Server>, problem: String) -> ServerReply {
    ServerReply {
        server,
        answer: Answer::Unusable { problem },
    }
}

#[derive(Deserialize)]
struct Reply<T> {
    server: Option<ServerInfo>,
    // The original spells out a null where there is nothing.
    data: Option<T>,
    error: Option<Failure>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Done {
    message: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Failure {
    code: i64,
    description: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ServerInfo {
    name: String,
    id: String,
}

impl From<ServerInfo> for Server {
    fn from(info: ServerInfo) -> Self {
        let name = if info.name.is_empty() {
            info.id.clone()
        } else {
            info.name
        };
        Self { name, id: info.id }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Varz {
    version: String,
    trusted_operators_jwt: Vec<String>,
    system_account: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Jsz {
    account_details: Vec<JszAccount>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct JszAccount {
    id: String,
    memory: u64,
    storage: u64,
}

#[derive(Deserialize)]
struct Ping {
    server: ServerInfo,
    #[serde(default)]
    statsz: Statsz,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Statsz {
    active_servers: usize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::Level;

    const SERVER: &str = r#""server":{"name":"n1","host":"h","id":"NID","ver":"2.15.1","seq":3}"#;

    fn reply(rest: &str) -> ServerReply {
        read_reply(format!("{{{SERVER},{rest}}}").as_bytes())
    }

    #[test]
    fn answers_are_told_apart() {
        let accepted = reply(r#""data":{"account":"A","code":200,"message":"jwt updated"}"#);
        assert_eq!(
            accepted.server.as_ref().map(|s| s.name.as_str()),
            Some("n1")
        );
        assert_eq!(
            accepted.answer,
            Answer::Accepted {
                message: "jwt updated".to_owned()
            }
        );
        let skipped = reply(r#""data":{"code":200,"message":"jwt update cache skipped"}"#);
        assert_eq!(skipped.level(), Level::Warning);
        let refused = reply(r#""error":{"code":500,"description":"jwt store is full"}"#);
        let description = "jwt store is full".to_owned();
        assert_eq!(
            refused.answer,
            Answer::Refused {
                code: 500,
                description
            }
        );
    }

    #[test]
    fn odd_answers_are_errors_and_never_crash() {
        for payload in ["", "x", "[]", "{}", "null", SERVER] {
            assert_eq!(
                read_reply(payload.as_bytes()).level(),
                Level::Error,
                "{payload}"
            );
        }
        let nameless = read_reply(br#"{"data":{"code":200,"message":"jwt updated"}}"#);
        assert!(
            matches!(nameless.answer, Answer::Unusable { problem } if problem.contains("no server"))
        );
        assert_eq!(reply(r#""data":null"#).level(), Level::Error);
    }

    #[test]
    fn lists_and_packs_are_read() {
        let listing = read_listing(format!(r#"{{{SERVER},"data":["A1","A2"]}}"#).as_bytes());
        assert_eq!(listing.accounts, Ok(vec!["A1".to_owned(), "A2".to_owned()]));
        let failed =
            read_listing(format!(r#"{{{SERVER},"error":{{"description":"no"}}}}"#).as_bytes());
        assert_eq!(failed.accounts, Err("no".to_owned()));
        assert_eq!(
            read_pack(b"A1|a.b|c"),
            Some(("A1".to_owned(), "a.b|c".to_owned()))
        );
        assert_eq!(read_pack(b"A1"), None);
        assert_eq!(read_pack(b"\xff|"), None);
    }

    #[test]
    fn pings_tell_name_and_number() {
        let ping = format!(r#"{{{SERVER},"statsz":{{"active_servers":3}}}}"#);
        let (server, active) = read_ping(ping.as_bytes()).unwrap();
        assert_eq!((server.id.as_str(), active), ("NID", 3));
        assert!(read_ping(b"{}").is_none());
    }

    #[test]
    fn servers_tell_of_themselves() {
        let varz = format!(
            r#"{{{SERVER},"data":{{"version":"2.15.1","trusted_operators_jwt":["a.b.c"],"system_account":"AS"}}}}"#
        );
        let facts = read_facts(varz.as_bytes()).unwrap();
        assert_eq!(
            (facts.operators, facts.system_account.as_str()),
            (vec!["a.b.c".to_owned()], "AS")
        );
        assert!(read_facts(format!("{{{SERVER}}}").as_bytes()).is_none());
        let jsz = format!(
            r#"{{{SERVER},"data":{{"account_details":[{{"name":"x","id":"A1","memory":1,"storage":38}}]}}}}"#
        );
        let data = JetStreamData {
            memory: 1,
            storage: 38,
        };
        assert_eq!(read_jetstream(jsz.as_bytes()), [("A1".to_owned(), data)]);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(payload in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = (read_reply(&payload), read_listing(&payload), read_ping(&payload));
            let _ = (read_pack(&payload), read_facts(&payload), read_jetstream(&payload));
        }
    }
}
