//! Which kinds of connection a user may open, and how many leaf nodes an account.

use nsc_testkit::NatsClient;
use nsc_testkit::client::mqtt_code;
use nsc_testkit::nats::free_port;

use super::{FULL, World};

const LISTENERS: &str = r#"
server_name: hub
jetstream { store_dir: js }
websocket { host: 127.0.0.1, port: -1, no_tls: true }
leafnodes { host: 127.0.0.1, port: LEAF }
mqtt { host: 127.0.0.1, port: MQTT }
"#;

#[test]
fn each_kind_is_told_apart() {
    let mut world = World::new();
    world.nsc("edit account A --js-mem-storage 1M --js-disk-storage 1M");
    let kinds = ["any", "STANDARD", "WEBSOCKET", "LEAFNODE", "MQTT"];
    for kind in kinds {
        world.nsc(&format!("add user -a A {kind} --bearer"));
        if kind != "any" {
            world.nsc(&format!("edit user -a A {kind} --conn-type {kind}"));
        }
    }
    world.nsc("add user -a A two --bearer");
    world.nsc("edit user -a A two --conn-type standard,websocket");
    world.nsc("add user -a A freed --bearer");
    world.nsc("edit user -a A freed --conn-type websocket");
    world.nsc("edit user -a A freed --rm-conn-type websocket");
    let (leaf, mqtt) = (free_port(), free_port());
    let listeners = LISTENERS.replace("LEAF", &leaf.to_string());
    world.serve(&listeners.replace("MQTT", &mqtt.to_string()));
    let web = world.server().url_of("websocket").to_owned();
    let over_web = |user: &str| {
        let line = format!("tool pub -a A -u {user} --nats {web} x");
        crate::stock::line(&world.home, &line).run().code() == Some(0)
    };
    for (user, standard, websocket, leafnode, over_mqtt) in [
        ("any", true, true, true, true),
        ("STANDARD", true, false, false, false),
        ("WEBSOCKET", false, true, false, false),
        ("LEAFNODE", false, false, true, false),
        ("MQTT", false, false, false, true),
        ("two", true, true, false, false),
        ("freed", true, true, true, true),
    ] {
        let login = world.login("A", user);
        assert_eq!(world.connect(user).is_ok(), standard, "{user}");
        assert_eq!(over_web(user), websocket, "{user}");
        let as_leaf = NatsClient::connect_leaf(leaf, &login);
        assert_eq!(as_leaf.is_ok(), leafnode, "{user}: {:?}", as_leaf.err());
        assert_eq!(mqtt_code(mqtt, &login) == Some(0), over_mqtt, "{user}");
    }
}

#[test]
fn leaf_nodes_are_counted() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("edit account A --leaf-conns 1");
    world.nsc("add account none");
    world.nsc("add user -a none u");
    world.nsc("edit account none --leaf-conns 0");
    let leaf = free_port();
    world.serve(&format!("leafnodes {{ host: 127.0.0.1, port: {leaf} }}"));
    let connect = |account: &str| NatsClient::connect_leaf(leaf, &world.login(account, "u"));
    let mut first = connect("A").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(connect("A").err().as_deref(), Some(FULL));
    assert_eq!(connect("none").err().as_deref(), Some(FULL));
    assert!(first.is_alive());
    // Leaf nodes are not clients.
    world.client("u");
}
