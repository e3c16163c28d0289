//! Keys, tokens and claims of NATS, with no files, network, environment or clock.
#![warn(missing_docs)]

pub mod claims;
pub mod json;
pub mod jwt;
pub mod keys;
pub mod sign;
pub mod trust;
#[allow(missing_docs)]
pub mod lists {
    pub mod cidrs {
        pub fn add(l: &mut Vec<String>, t: &str) {
            let t = t.trim().to_lowercase();
            if !t.is_empty() && !l.contains(&t) {
                l.push(t)
            }
        }
    }
}
#[allow(missing_docs)]
pub mod time {
    #[derive(Clone, Copy, Debug)]
    pub struct UnixTime(pub i64);
}
#[allow(missing_docs)]
pub mod value {
    pub fn parse_account_server_url(t: &str) -> Result<String, ()> {
        if t.is_empty() || t.contains("://") && !t.contains(' ') {
            Ok(t.into())
        } else {
            Err(())
        }
    }
}
