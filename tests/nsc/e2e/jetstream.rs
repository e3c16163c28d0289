//! JetStream limits of an account, and of its tiers.

use nsc_testkit::NatsClient;
use serde_json::{Value, json};

use super::World;

const JETSTREAM: &str =
    "jetstream { store_dir: js, max_mem: 64M, max_file: 64M }\nserver_name: one";

/// Makes a stream, and gives the description of what is wrong.
fn create(client: &mut NatsClient, name: &str, config: Value) -> Option<String> {
    let mut stream = json!({
        "name": name, "subjects": [format!("{name}.>")], "retention": "limits", "storage": "file",
        "num_replicas": 1, "max_consumers": -1, "max_msgs": -1, "max_bytes": -1, "max_age": 0,
    });
    for (member, value) in config.as_object().expect("a stream is an object") {
        stream[member] = value.clone();
    }
    error(client, &format!("$JS.API.STREAM.CREATE.{name}"), &stream)
}

/// Makes a durable consumer, and gives the description of what is wrong.
fn consume(client: &mut NatsClient, stream: &str, name: &str, config: Value) -> Option<String> {
    let mut consumer = json!({"durable_name": name, "ack_policy": "explicit"});
    for (member, value) in config.as_object().expect("a consumer is an object") {
        consumer[member] = value.clone();
    }
    let request = json!({"stream_name": stream, "config": consumer});
    let subject = format!("$JS.API.CONSUMER.DURABLE.CREATE.{stream}.{name}");
    error(client, &subject, &request)
}

fn error(client: &mut NatsClient, subject: &str, request: &Value) -> Option<String> {
    let answer = client.request(subject, &request.to_string()).json();
    let error = answer["error"]["description"].as_str();
    error.map(str::to_owned)
}

#[track_caller]
fn refused(error: Option<String>, part: &str) {
    assert!(
        error.as_deref().is_some_and(|error| error.contains(part)),
        "{error:?} is not about `{part}`"
    );
}

/// Expects that there is no JetStream: nobody answers, or somebody who says so.
#[track_caller]
fn disabled(client: &mut NatsClient) {
    let answer = client.request("$JS.API.STREAM.NAMES", "");
    let nobody = answer.headers.contains("503");
    assert!(
        nobody || answer.payload.contains("not enabled"),
        "{answer:?}"
    );
}

/// A server with JetStream, and a user of `A`.
fn client(world: &mut World) -> NatsClient {
    world.nsc("add user -a A u");
    world.serve(JETSTREAM);
    world.client("u")
}

#[test]
fn storage_of_each_kind() {
    let mut world = World::new();
    world.nsc("edit account A --js-mem-storage 1M --js-disk-storage 2M");
    let mut client = client(&mut world);
    let mut make = |name: &str, storage: &str, bytes: u64| {
        create(
            &mut client,
            name,
            json!({"storage": storage, "max_bytes": bytes}),
        )
    };
    refused(make("BIG", "memory", 1_500_000), "insufficient memory");
    assert_eq!(make("MEM", "memory", 1_000_000), None);
    refused(make("MORE", "memory", 10), "insufficient memory");
    refused(make("BIG", "file", 2_500_000), "insufficient storage");
    assert_eq!(make("DISK", "file", 1_500_000), None);
    refused(make("MORE", "file", 1_000_000), "insufficient storage");
}

#[test]
fn one_kind_alone_and_none() {
    let mut world = World::new();
    world.nsc("edit account A --js-disk-storage 1M");
    world.nsc("add account B");
    world.nsc("add user -a B u");
    let mut a = client(&mut world);
    assert_eq!(create(&mut a, "DISK", json!({})), None);
    let memory = create(&mut a, "MEM", json!({"storage": "memory", "max_bytes": 10}));
    refused(memory, "insufficient memory");
    // An account without any storage has no JetStream.
    disabled(&mut world.client_of("B", "u"));
}

#[test]
fn streams_and_consumers_are_counted() {
    let mut world = World::new();
    world.nsc("edit account A --js-disk-storage -1 --js-streams 2 --js-consumer 1");
    let mut client = client(&mut world);
    assert_eq!(create(&mut client, "S1", json!({})), None);
    assert_eq!(create(&mut client, "S2", json!({})), None);
    refused(
        create(&mut client, "S3", json!({})),
        "maximum number of streams",
    );
    assert_eq!(consume(&mut client, "S1", "c1", json!({})), None);
    refused(
        consume(&mut client, "S1", "c2", json!({})),
        "maximum consumers",
    );
}

#[test]
fn a_stream_has_a_size_and_has_to_say_it() {
    let mut world = World::new();
    world.nsc(
        "edit account A --js-mem-storage -1 --js-disk-storage -1 --js-max-mem-stream 1000 \
         --js-max-disk-stream 2000 --js-max-bytes-required --js-max-ack-pending 10",
    );
    let mut client = client(&mut world);
    let mut make = |name: &str, storage: &str, bytes: i64| {
        create(
            &mut client,
            name,
            json!({"storage": storage, "max_bytes": bytes}),
        )
    };
    for storage in ["file", "memory"] {
        refused(make("S", storage, -1), "max bytes");
    }
    refused(make("M", "memory", 1001), "max stream bytes");
    refused(make("D", "file", 2001), "max stream bytes");
    assert_eq!(make("M", "memory", 1000), None);
    assert_eq!(make("D", "file", 2000), None);
    let pending = consume(&mut client, "D", "c", json!({"max_ack_pending": 11}));
    refused(pending, "max ack pending");
    assert_eq!(
        consume(&mut client, "D", "c", json!({"max_ack_pending": 10})),
        None
    );
}

#[test]
fn tiers_count_by_replicas() {
    let mut world = World::new();
    world.nsc("edit account A --js-tier 1 --js-disk-storage 1M --js-streams 1");
    world.nsc("edit account A --js-tier 3 --js-disk-storage 1M");
    let mut client = client(&mut world);
    let memory = create(
        &mut client,
        "MEM",
        json!({"storage": "memory", "max_bytes": 10}),
    );
    refused(memory, "insufficient memory");
    refused(
        create(&mut client, "BIG", json!({"max_bytes": 1_500_000})),
        "insufficient storage",
    );
    assert_eq!(create(&mut client, "S1", json!({"max_bytes": 1000})), None);
    refused(
        create(&mut client, "S2", json!({"max_bytes": 1000})),
        "maximum number of streams",
    );
    // There is a tier for three replicas, though a single server cannot keep them, and none for two.
    let three = create(
        &mut client,
        "R3",
        json!({"num_replicas": 3, "max_bytes": 1000}),
    );
    refused(three, "replicas > 1 not supported");
    let info = client.request("$JS.API.INFO", "").json();
    assert_eq!(info["tiers"]["R1"]["limits"]["max_streams"], 1, "{info}");
    assert_eq!(
        info["tiers"]["R3"]["limits"]["max_storage"], 1_000_000,
        "{info}"
    );
    assert_eq!(info["tiers"]["R2"], Value::Null, "{info}");
}

#[test]
fn limits_change_while_the_server_runs() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.serve_pushes(JETSTREAM);
    let mut client = world.client("u");
    disabled(&mut client);
    super::next_second();
    world.nsc("edit account A --js-enable 0");
    world.push();
    assert_eq!(create(&mut client, "S", json!({"storage": "memory"})), None);
    super::next_second();
    world.nsc("edit account A --js-disable");
    world.push();
    disabled(&mut client);
}
