//! Tokens keep what this version does not know, at every nesting level and in place.
#![expect(clippy::unwrap_used, reason = "a test that stops here has failed")]

use nsc_core::claims::{AccountClaims, Claims, OperatorClaims, UserClaims};
use proptest::prelude::*;

/// Account claims with an object of every kind that can stand in them.
const ACCOUNT: &str = concat!(
    r#"{"aud":"a","exp":1,"jti":"J","iat":2,"iss":"I","name":"N","nbf":3,"sub":"S","nats":{"#,
    r#""imports":[{"name":"i","subject":"s","account":"A","token":"t","to":"o","#,
    r#""local_subject":"l","type":"stream","share":true,"allow_trace":true},null],"#,
    r#""exports":[{"name":"e","subject":"x","type":"service","token_req":true,"#,
    r#""revocations":{"*":1},"response_type":"Stream","response_threshold":5,"#,
    r#""service_latency":{"sampling":"headers","results":"r"},"account_token_position":1,"#,
    r#""advertise":true,"allow_trace":true,"description":"d","info_url":"u"}],"#,
    r#""limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,"wildcards":true,"#,
    r#""disallow_bearer":true,"conn":-1,"leaf":-1,"#,
    r#""tiered_limits":{"R1":{"mem_storage":1,"max_bytes_required":true}}},"#,
    r#""signing_keys":["AA",{"kind":"user_scope","key":"AB","role":"r","#,
    r#""template":{"pub":{"allow":["a"]},"sub":{"deny":["b"]},"resp":{"max":1,"ttl":2},"#,
    r#""times":[{"start":"s","end":"e"}],"subs":5,"data":-1,"payload":-1},"description":"d"}],"#,
    r#""revocations":{"U":7},"#,
    r#""default_permissions":{"pub":{},"sub":{},"resp":{"max":0,"ttl":0}},"#,
    r#""mappings":{"k":null,"l":[],"m":[{"subject":"n","weight":5,"cluster":"c"}]},"#,
    r#""authorization":{"auth_users":["U"],"allowed_accounts":["*"],"xkey":"X"},"#,
    r#""trace":{"dest":"d","sampling":5},"cluster_traffic":"owner","description":"d","#,
    r#""info_url":"u","tags":["t"],"type":"account","version":2}}"#
);

const USER: &str = concat!(
    r#"{"iat":2,"iss":"I","sub":"S","nats":{"pub":{"allow":["a"]},"sub":{},"#,
    r#""resp":{"max":1,"ttl":2},"src":["10.0.0.0/8"],"times":[{"start":"a","end":"b"}],"#,
    r#""times_location":"z","subs":1,"data":2,"payload":3,"bearer_token":true,"#,
    r#""proxy_required":true,"allowed_connection_types":["MQTT"],"issuer_account":"A","#,
    r#""tags":["t"],"type":"user","version":2}}"#
);

const OPERATOR: &str = concat!(
    r#"{"iss":"I","sub":"S","nats":{"signing_keys":["O"],"account_server_url":"u","#,
    r#""operator_service_urls":["n"],"system_account":"A","assert_server_version":"1.2.3","#,
    r#""strict_signing_key_usage":true,"tags":["t"],"type":"operator","version":2}}"#
);

/// Objects whose member names are data, not members of the format.
const MAPS: [&str; 3] = ["revocations", "mappings", "tiered_limits"];

/// The places in a JSON text where a member can be put, with whether it needs a comma before or
/// after it.
fn places(text: &str) -> Vec<(usize, bool, bool)> {
    let bytes = text.as_bytes();
    let (mut found, mut open, mut last_text, mut at) = (Vec::new(), Vec::new(), String::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let end = at + 1 + text[at + 1..].find('"').unwrap();
                text[at + 1..end].clone_into(&mut last_text);
                at = end;
            }
            b'{' => {
                let usable = !MAPS.contains(&last_text.as_str());
                open.push(Some(usable));
                let empty = bytes[at + 1] == b'}';
                if usable && !empty {
                    found.push((at + 1, false, true));
                }
                last_text.clear();
            }
            b'[' => {
                open.push(None);
                last_text.clear();
            }
            b'}' if open.pop().unwrap() == Some(true) => {
                found.push((at, bytes[at - 1] != b'{', false));
            }
            b']' => {
                open.pop();
            }
            b',' if open.last() == Some(&Some(true)) => found.push((at, true, false)),
            _ => {}
        }
        at += 1;
    }
    found
}

fn with_member(text: &str, (at, before, after): (usize, bool, bool), member: &str) -> String {
    let (start, end) = text.split_at(at);
    format!(
        "{start}{}{member}{}{end}",
        if before { "," } else { "" },
        if after { "," } else { "" }
    )
}

fn check_every_place<B: nsc_core::claims::Body>(text: &str) {
    let read = |text: &str| serde_json::from_str::<Claims<B>>(text).unwrap();
    assert_eq!(read(text).to_json(), text);
    let places = places(text);
    assert!(places.len() > 10);
    for place in places {
        let text = with_member(text, place, r#""zz_new":{"a":[1.50,1e3,null,"\u003c"]}"#);
        assert_eq!(read(&text).to_json(), text);
    }
}

#[test]
fn unknown_members_stay_in_place_at_every_level() {
    check_every_place::<nsc_core::claims::Account>(ACCOUNT);
    check_every_place::<nsc_core::claims::User>(USER);
    check_every_place::<nsc_core::claims::Operator>(OPERATOR);
}

#[test]
fn an_edit_leaves_unknown_members_alone() {
    let text = r#"{"sub":"S","nats":{"imports":[{"subject":"b","hue":1}],"limits":{"subs":5,"new":7},"default_permissions":{"pub":{},"sub":{}},"authorization":{},"later":[],"type":"account","version":2}}"#;
    let mut claims: AccountClaims = serde_json::from_str(text).unwrap();
    claims.nats.limits.nats.subs = 0;
    claims.nats.description = "d".to_owned();
    assert_eq!(
        claims.to_json(),
        r#"{"sub":"S","nats":{"imports":[{"subject":"b","hue":1}],"limits":{"new":7},"default_permissions":{"pub":{},"sub":{}},"authorization":{},"later":[],"description":"d","type":"account","version":2}}"#
    );
}

#[test]
fn names_that_differ_in_case_are_the_members_servers_take_them_for() {
    let user: UserClaims =
        serde_json::from_str(r#"{"SUB":"S","Nats":{"Bearer_Token":true}}"#).unwrap();
    assert_eq!(user.sub, "S");
    assert!(user.nats.limits.bearer_token);
}

proptest! {
    #[test]
    fn any_choice_of_unknown_members_survives(
        choice in proptest::collection::vec((any::<prop::sample::Index>(), "[a-z]{1,6}", "[0-9]{1,20}"), 0..12)
    ) {
        let mut text = ACCOUNT.to_owned();
        for (index, name, number) in choice {
            let places = places(&text);
            let place = places[index.index(places.len())];
            text = with_member(&text, place, &format!(r#""zz_{name}":1{number}"#));
        }
        let claims: AccountClaims = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(claims.to_json(), text);
    }

    #[test]
    fn reading_claims_never_panics(text in r#"[\[\]{}",:a-z0-9.\\-]{0,80}"#) {
        let _ = serde_json::from_str::<AccountClaims>(&text);
        let _ = serde_json::from_str::<OperatorClaims>(&text);
        let _ = nsc_core::jwt::decode(&text);
        let _ = nsc_core::jwt::decode_generic(&text);
    }
}

#[test]
fn broken_unicode_in_claims_reads_as_replacement_characters() {
    let user = UserClaims::from_json(r#"{"name":"a\ud800b","sub":"\\ud800"}"#).unwrap();
    assert_eq!(
        (user.name.as_str(), user.sub.as_str()),
        ("a\u{fffd}b", "\\ud800")
    );
    let user = UserClaims::from_json(b"{\"name\":\"a\xff\"}".as_slice()).unwrap();
    assert_eq!(user.name, "a\u{fffd}");
}
