//! Account servers over HTTP.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use nsc_resolver::{
    AccountToken, ErrorKind, HttpPush, HttpResolver, HttpUrl, Level, ResolverError,
};
use nsc_testkit::{Answer, HttpDouble, account_server};

use crate::world::{NOW, World};

fn base(server: &HttpDouble) -> HttpUrl {
    HttpUrl::parse(&format!("{}/jwt/v1/", server.url())).unwrap()
}

fn pushed(results: &[HttpPush]) -> Vec<String> {
    let text = |push: &HttpPush| match push {
        HttpPush::Posted(outcome) => format!("{}", outcome.status),
        HttpPush::Failed(error) => error.to_string(),
        HttpPush::Unchanged => "unchanged".to_owned(),
        HttpPush::NewerOnServer { .. } => "newer".to_owned(),
        other => format!("{other:?}"),
    };
    results.iter().map(text).collect()
}

#[test]
fn accounts_are_posted_and_fetched() {
    let world = World::new();
    let server = account_server("operator token");
    let http = HttpResolver::new().unwrap();
    let account = world.account(1, NOW, 5);
    let posted = http
        .post_account(&base(&server), &account.id, &account.token)
        .unwrap();
    assert_eq!((posted.status, posted.level()), (200, Level::Ok));
    assert!(posted.body.starts_with("stored"));
    let request = &server.requests()[0];
    assert_eq!(request.path, format!("/jwt/v1/accounts/{}", account.id));
    assert_eq!(request.headers["content-type"], "application/jwt");
    assert_eq!(request.body, account.token);
    assert_eq!(
        http.get_account(&base(&server), &account.id).unwrap().body,
        account.token
    );
    let found = http.get_accounts(&base(&server), &["AX", &account.id]);
    let statuses: Vec<_> = found
        .iter()
        .map(|one| one.as_ref().unwrap().status)
        .collect();
    assert_eq!(statuses, [404, 200]);
    assert_eq!(
        http.get_operator(&base(&server)).unwrap().body,
        "operator token"
    );
}

#[test]
fn what_the_account_server_holds_decides_whether_anything_is_sent() {
    let world = World::new();
    let server = account_server("");
    let http = HttpResolver::new().unwrap();
    let both = [world.account(1, NOW, 5), world.account(2, NOW, 5)];
    assert_eq!(
        pushed(&http.push(&base(&server), &both, false)),
        ["200", "200"]
    );
    let edited = [both[0].clone(), world.account(2, NOW - 5, 6)];
    assert_eq!(
        pushed(&http.push(&base(&server), &edited, false)),
        ["unchanged", "newer"]
    );
    assert_eq!(
        pushed(&http.push(&base(&server), &edited, true)),
        ["unchanged", "200"]
    );
}

#[test]
fn statuses_have_levels_and_one_failure_does_not_stop_the_others() {
    let answers = |id: &str| match id {
        "A1" => Answer::new(202, "queued"),
        "A2" => Answer::new(400, "bad jwt"),
        _ => Answer::new(200, ""),
    };
    let server = HttpDouble::start(move |request| match request.method.as_str() {
        "POST" => answers(request.path.rsplit('/').next().unwrap()),
        _ => Answer::new(405, ""),
    });
    let accounts = ["A1", "A2", "A3"].map(|id| AccountToken {
        id: id.to_owned(),
        name: id.to_owned(),
        token: "a.b.c".to_owned(),
    });
    let results = HttpResolver::new()
        .unwrap()
        .push(&base(&server), &accounts, false);
    let levels: Vec<_> = results.iter().map(HttpPush::level).collect();
    assert_eq!(levels, [Level::Warning, Level::Error, Level::Ok]);
}

#[test]
fn the_older_operator_url_is_the_second_choice() {
    let server = HttpDouble::with_routes([("GET", "/jwt/v1/operator", Answer::new(200, "v1"))]);
    let http = HttpResolver::new().unwrap();
    assert_eq!(http.get_operator(&base(&server)).unwrap().body, "v1");
    assert_eq!(server.requests()[0].path, "/jwt/v2/operator");
}

#[test]
fn fetching_wants_status_200_and_a_sane_size() {
    let server = HttpDouble::with_routes([
        ("GET", "/ok", Answer::new(200, "a.b.c")),
        (
            "GET",
            "/moved",
            Answer::new(302, "").header("location", "/ok"),
        ),
        (
            "GET",
            "/loop",
            Answer::new(302, "").header("location", "/loop"),
        ),
        ("GET", "/later", Answer::new(202, "queued")),
        (
            "GET",
            "/large",
            Answer::new(200, "x".repeat((1 << 20) + 5000)),
        ),
    ]);
    let http = HttpResolver::new().unwrap();
    let fetch =
        |path: &str| http.fetch_jwt(&HttpUrl::parse(&format!("{}{path}", server.url())).unwrap());
    assert_eq!(fetch("/ok").unwrap(), "a.b.c");
    assert_eq!(fetch("/moved").unwrap(), "a.b.c");
    assert!(
        fetch("/loop")
            .unwrap_err()
            .to_string()
            .contains("too many redirects")
    );
    assert!(matches!(
        fetch("/large").unwrap_err(),
        ResolverError::HttpTooLarge { .. }
    ));
    let error = fetch("/later").unwrap_err();
    assert!(
        matches!(&error, ResolverError::HttpStatus { status: 202, body, .. } if body == "queued")
    );
    assert_eq!(error.kind(), ErrorKind::Server);
}

#[test]
fn servers_that_are_down_or_silent_are_errors_in_time() {
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let http = HttpResolver::with_timeout(Duration::from_millis(200)).unwrap();
    let error = http
        .fetch_jwt(&HttpUrl::parse(&format!("http://me:pw@{gone}")).unwrap())
        .unwrap_err();
    assert!(error.to_string().contains("connection refused"), "{error}");
    assert!(!error.to_string().contains("pw"), "{error}");
    let silent = HttpDouble::start(|_| Answer::new(200, "").after(Duration::from_secs(3)));
    let start = Instant::now();
    let error = http
        .post_account(&base(&silent), "A1", "a.b.c")
        .unwrap_err();
    assert!(
        matches!(&error, ResolverError::HttpTransport { problem, .. } if problem == "timed out")
    );
    assert!(start.elapsed() < Duration::from_secs(2));
    assert_eq!(error.kind(), ErrorKind::Unreachable);
}
