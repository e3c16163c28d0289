use super::*;
use proptest::prelude::*;
use serde_json::Value;

const SEED: &str = "SUANIIEBDOUYX2NBXUDZI44K7OH6IC2S7TQIPQ5LCT2VI62BYKQJ5X6PAI";
const PUBLIC: &str = "UDFTDSK5VM3A4LIULJ6BXOIFUXFNWS3MBCGNEAHCEKE3GB34VQD63MI6";
/// A good user token, from the vectors.
fn user_token() -> String {
    let file = include_str!("../../../../tests/vectors/creds.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let cases = file["cases"].as_array().unwrap();
    let case = cases
        .iter()
        .find(|case| case["name"] == "decorate-user")
        .unwrap();
    case["jwt"].as_str().unwrap().to_owned()
}

fn read(text: &str) -> Result<String, &'static str> {
    read_seed(text)
        .map(|seed| seed.public_key().to_text())
        .map_err(|error| error.class())
}

#[test]
fn creds_read_back() {
    let token = user_token();
    let creds = format_creds(&format!("{token}\n"), &format!("\r\n {SEED} \n")).unwrap();
    assert!(creds.ends_with("***\n") && creds.contains("\n------END NATS USER JWT------\n\n****"));
    for text in [
        creds.to_string(),
        creds.replace('\n', "\r\n"),
        creds.replace('\n', " \n\t"),
    ] {
        let (jwt, seed) = read_pair(&text).unwrap();
        assert_eq!(
            (jwt, seed.public_key().to_text().as_str()),
            (token.as_str(), PUBLIC)
        );
        assert!(extract_seed(&text).is_ok());
    }
    let cut = creds.split("\n------END USER").next().unwrap();
    assert_eq!(read_pair(cut).unwrap().0, token);
}

#[test]
fn creds_of_another_user_are_refused() {
    let other = Seed::from_entropy(KeyKind::User, [7; 32]);
    let error = format_creds(&user_token(), &other.expose()).unwrap_err();
    assert_eq!(error.class(), "seed_mismatch");
    assert!(error.to_string().contains(PUBLIC) && !error.to_string().contains("SU"));
}

#[test]
fn seeds_in_texts() {
    assert_eq!(read(""), Err("no_seed"));
    assert_eq!(read(&format!("  {SEED}  \r\n")).as_deref(), Ok(PUBLIC));
    assert_eq!(read(&format!("seed: {SEED}")), Err("no_seed"));
    let blocks = |first: &str, second: &str| {
        format!("---a---\n{first}\n---b---\n---c---\n{second}\n---d---")
    };
    assert_eq!(read(&blocks("x", SEED)).as_deref(), Ok(PUBLIC));
    assert_eq!(read(&blocks("x", PUBLIC)), Err("not_a_seed"));
    assert_eq!(read(&blocks(SEED, "x")), Err("not_a_seed"));
    assert_eq!(read(&blocks("x", "SUABC")), Err("bad_key"));
    let server = Seed::from_entropy(KeyKind::Server, [1; 32]);
    assert_eq!(read(&blocks("x", &server.expose())), Err("not_a_seed"));
    assert_eq!(
        extract_seed(&server.expose()).unwrap().kind(),
        KeyKind::Server
    );
    // A frame line serves one block only.
    assert_eq!(
        read(&format!("---a---\nx\n---b---\n{SEED}\n---c---\n")).as_deref(),
        Ok(PUBLIC)
    );
}

#[test]
fn frames() {
    for text in [
        "---x---\nabc\n---y---",
        "text ------\nabc\n------\n",
        " -----\t---\n abc \n ---y--- ",
    ] {
        assert_eq!(read_jwt(text), "abc", "{text:?}");
    }
    for text in [
        "-----\nabc\n------",
        "---x---\na b\n---y---",
        "---x---\nabc\nz---y---",
        "---x---\n\nabc\n---y---",
        "---x\nabc\n---y---",
    ] {
        assert_eq!(read_jwt(text), text, "{text:?}");
    }
}

#[test]
fn seeds_for_import() {
    let wrapped = format!(
        "-----BEGIN MY SEED-----\r\n{}\r\n {}\r\n------END MY SEED------\r\n",
        &SEED[..20],
        &SEED[20..]
    );
    assert_eq!(
        extract_seed(&wrapped).unwrap().public_key().to_text(),
        PUBLIC
    );
    for text in [
        "",
        "hello",
        PUBLIC,
        "-----BEGIN USER NKEY SEED-----\nx\n------END USER NKEY SEED------",
    ] {
        assert_eq!(extract_seed(text).unwrap_err().class(), "bad_key", "{text}");
    }
}

proptest! {
    #[test]
    fn never_panics(text in "(---|[aé \n\r]|SU|SEED|-----BEGIN X SEED-----\n|------END X SEED------\n){0,12}") {
        read_jwt(&text);
        let _ = read_user_seed(&text);
        let _ = read_pair(&text);
        let _ = read_user(&text);
        let _ = extract_seed(&text);
        let _ = decorate_seed(&text);
        let _ = decorate_jwt(&text);
        let _ = format_creds(&text, &text);
    }

    #[test]
    fn decorated_seeds_read_back(entropy: [u8; 32], kind in 0usize..3) {
        let kind = [KeyKind::Account, KeyKind::Operator, KeyKind::User][kind];
        let seed = Seed::from_entropy(kind, entropy);
        let text = decorate_seed(&seed.expose()).unwrap();
        prop_assert!(read_seed(&text).unwrap().same_secret(&seed));
        prop_assert!(extract_seed(&text).unwrap().same_secret(&seed));
    }
}

#[test]
fn creds_that_do_not_fit_together_are_refused() {
    let (account, user) = (
        Seed::from_entropy(KeyKind::Account, [1; 32]),
        Seed::from_entropy(KeyKind::User, [2; 32]),
    );
    let now = crate::time::UnixTime(1_700_000_000);
    let mut claims = UserClaims::new(&user.public_key());
    let token = jwt::encode(&mut claims, &account, now).unwrap();
    let text = format_creds(&token, &user.expose()).unwrap();
    let creds = read_user(&text).unwrap();
    assert_eq!((creds.token, &creds.claims), (&*token, &claims));
    assert!(creds.seed.same_secret(&user));

    let framed = decorate_jwt(&token).unwrap();
    let class = |seed: &str| read_user(&format!("{framed}{seed}")).unwrap_err().class();
    let other = Seed::from_entropy(KeyKind::User, [3; 32]);
    assert_eq!(
        class(&decorate_seed(&other.expose()).unwrap()),
        "seed_mismatch"
    );
    assert_eq!(
        class(&decorate_seed(&account.expose()).unwrap()),
        "not_user_seed"
    );
    assert_eq!(class(""), "no_seed");
    assert_eq!(read_user("hello").unwrap_err().class(), "bad_jwt");
    let mut claims = crate::claims::AccountClaims::new(&account.public_key());
    let token = jwt::encode(&mut claims, &account, now).unwrap();
    assert_eq!(read_user(&token).unwrap_err().class(), "not_user_jwt");
}
