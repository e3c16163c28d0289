//! Secured connections. The certificates are throw-away ones for `127.0.0.1`, valid for a century.

use std::path::{Path, PathBuf};

use nsc_resolver::{
    ConnectOptions, Curve, ErrorKind, NatsTool, NatsUrls, ResolverError, TlsOptions,
};
use nsc_testkit::NatsServer;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/tls")
        .join(name)
}

fn start(more: &str, websocket: bool) -> (tempfile::TempDir, NatsServer) {
    let folder = tempfile::tempdir().unwrap();
    let tls = format!(
        "cert_file: '{}', key_file: '{}', ca_file: '{}'",
        file("server.pem").display(),
        file("server-key.pem").display(),
        file("ca.pem").display()
    );
    let config = if websocket {
        format!("websocket {{ listen: '127.0.0.1:-1', tls {{ {tls} }} }}\n")
    } else {
        format!("tls {{ {tls}, {more} }}\n")
    };
    let server = NatsServer::start(folder.path().join("server"), &config);
    (folder, server)
}

fn connect(url: &str, tls: TlsOptions) -> Result<NatsTool, ResolverError> {
    NatsTool::connect(
        &NatsUrls::parse(url).unwrap(),
        &ConnectOptions::new("nsc_rtt").tls(tls),
    )
}

fn with_ca() -> TlsOptions {
    TlsOptions {
        ca_cert: Some(file("ca.pem")),
        ..TlsOptions::default()
    }
}

#[test]
fn the_servers_certificate_is_checked() {
    let (_folder, server) = start("", false);
    connect(&server.url(), with_ca())
        .unwrap()
        .round_trip()
        .unwrap();
    for ca_cert in [None, Some(file("other-ca.pem"))] {
        let error = connect(
            &server.url(),
            TlsOptions {
                ca_cert,
                ..with_ca()
            },
        )
        .unwrap_err();
        assert!(
            matches!(error, ResolverError::TlsHandshake { .. }),
            "{error}"
        );
        assert_eq!(error.kind(), ErrorKind::Tls);
    }
}

#[test]
fn a_server_without_tls_is_refused_when_tls_is_required() {
    let folder = tempfile::tempdir().unwrap();
    let server = NatsServer::start(folder.path().join("server"), "");
    let tls_url = server.url().replace("nats://", "tls://");
    for (url, tls) in [(server.url(), with_ca()), (tls_url, TlsOptions::default())] {
        let error = connect(&url, tls).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("secure connection not available"),
            "{error}"
        );
    }
    let error = connect("ws://127.0.0.1:1", with_ca()).unwrap_err();
    assert!(
        matches!(error, ResolverError::TlsUnavailable { .. }),
        "{error}"
    );
    connect(&server.url(), TlsOptions::default()).unwrap();
}

#[test]
fn client_certificates_are_shown_when_given() {
    let (_folder, server) = start("verify: true", false);
    let client = TlsOptions {
        client_cert: Some(file("client.pem")),
        client_key: Some(file("client-key.pem")),
        ..with_ca()
    };
    connect(&server.url(), client.clone())
        .unwrap()
        .round_trip()
        .unwrap();
    let error = connect(&server.url(), with_ca()).unwrap_err();
    assert!(
        matches!(error, ResolverError::TlsHandshake { .. }),
        "{error}"
    );
    let swapped = TlsOptions {
        client_key: Some(file("server-key.pem")),
        ..client.clone()
    };
    assert!(matches!(
        connect(&server.url(), swapped),
        Err(ResolverError::TlsSetup { .. })
    ));
    let not_a_key = TlsOptions {
        client_key: Some(file("ca.pem")),
        ..client
    };
    assert!(matches!(
        connect(&server.url(), not_a_key),
        Err(ResolverError::Pem { .. })
    ));
}

/// A server whose certificate is its own CA, and which wants clients to have one of it, too.
fn start_self_signed() -> (tempfile::TempDir, NatsServer) {
    let folder = tempfile::tempdir().unwrap();
    let (own, key) = (file("self.pem"), file("self-key.pem"));
    let (own, key) = (own.display(), key.display());
    let config =
        format!("tls {{ cert_file: '{own}', key_file: '{key}', ca_file: '{own}', verify: true }}");
    let server = NatsServer::start(folder.path().join("server"), &config);
    (folder, server)
}

#[test]
fn a_self_signed_certificate_is_trusted_when_it_is_the_one_that_was_named() {
    let (_folder, server) = start_self_signed();
    // The client's certificate is of X.509 version 1.
    let named = TlsOptions {
        ca_cert: Some(file("self.pem")),
        client_cert: Some(file("version1.pem")),
        client_key: Some(file("self-key.pem")),
        ..TlsOptions::default()
    };
    let mut tool = connect(&server.url(), named.clone()).unwrap();
    tool.round_trip().unwrap();
    let another_name = server.url().replace("127.0.0.1", "localhost");
    let another_ca = TlsOptions {
        ca_cert: Some(file("ca.pem")),
        ..named.clone()
    };
    for (url, tls) in [(another_name, named), (server.url(), another_ca)] {
        let error = connect(&url, tls).unwrap_err();
        assert!(
            matches!(error, ResolverError::TlsHandshake { .. }),
            "{error}"
        );
    }
}

#[test]
fn tls_first_must_be_wanted_by_both_or_neither() {
    let first = TlsOptions {
        tls_first: true,
        ..with_ca()
    };
    let (_folder, server) = start("handshake_first: true", false);
    connect(&server.url(), first.clone())
        .unwrap()
        .round_trip()
        .unwrap();
    let error = connect(&server.url(), with_ca()).unwrap_err();
    assert!(error.to_string().contains("TLS first"), "{error}");
    let (_folder, server) = start("", false);
    let error = connect(&server.url(), first).unwrap_err();
    assert!(
        matches!(error, ResolverError::TlsUnavailable { .. }),
        "{error}"
    );
}

#[test]
fn curves_must_overlap() {
    let (_folder, server) = start("curve_preferences: [CurveP384]", false);
    let with = |curves: &str| TlsOptions {
        curves: Curve::parse_list(curves).unwrap(),
        ..with_ca()
    };
    connect(&server.url(), with("P384")).unwrap();
    connect(&server.url(), with("P521,X25519,P384")).unwrap();
    let error = connect(&server.url(), with("X25519")).unwrap_err();
    assert!(
        matches!(error, ResolverError::TlsHandshake { .. }),
        "{error}"
    );
    assert!(matches!(
        connect(&server.url(), with("P521")),
        Err(ResolverError::CurvesUnsupported)
    ));
}

#[test]
fn websockets_are_secured_the_same_way() {
    let (_folder, server) = start("", true);
    let url = server.url_of("websocket").replace("0.0.0.0", "127.0.0.1");
    connect(&url, with_ca()).unwrap().round_trip().unwrap();
    let error = connect(&url, TlsOptions::default()).unwrap_err();
    assert!(
        matches!(error, ResolverError::TlsHandshake { .. }),
        "{error}"
    );
}
