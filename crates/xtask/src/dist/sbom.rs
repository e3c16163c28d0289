//! The bill of materials (CycloneDX 1.5): every package that the programs are made of, with version, digest and licence.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Release;
use crate::step::{self, Workspace};

/// The bill of the release, as JSON text.
pub(crate) fn of(workspace: &Workspace, release: &Release) -> Result<Vec<u8>> {
    let triple = &release.target.triple;
    let mut ask = step::cargo();
    ask.current_dir(&workspace.root);
    ask.args(["metadata", "--locked", "--format-version", "1"]);
    ask.args(["--filter-platform", triple]);
    let metadata: Value = serde_json::from_slice(&step::output(&mut ask)?)?;
    let mut ask = step::cargo();
    ask.current_dir(&workspace.root);
    ask.args([
        "tree", "--locked", "--target", triple, "-p", "nsc", "-p", "nk",
    ]);
    ask.args([
        "-e",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
        "-f",
        "{p}",
    ]);
    let tree = String::from_utf8(step::output(&mut ask)?)?;
    let lock = std::fs::read_to_string(workspace.root.join("Cargo.lock"))?;
    let bill = Bill {
        packages: used(&metadata, &tree)?,
        checksums: checksums(&lock),
        metadata: &metadata,
    };
    let mut text = serde_json::to_vec_pretty(&bill.document(release)?)?;
    text.push(b'\n');
    Ok(text)
}

/// A package of the build, by the identifier that cargo gives it.
type Packages<'a> = BTreeMap<&'a str, &'a Value>;

struct Bill<'a> {
    metadata: &'a Value,
    packages: Packages<'a>,
    checksums: BTreeMap<(String, String), String>,
}

impl Bill<'_> {
    fn document(&self, release: &Release) -> Result<Value> {
        let version = &release.version;
        let name = release.target.stem();
        let reference = format!("{name}@{version}");
        let mut components: Vec<Value> =
            self.packages.values().map(|p| self.component(p)).collect();
        components.sort_by_key(|component| text(component, "bom-ref"));
        Ok(json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": {
                "timestamp": timestamp(release.time)?,
                "tools": {"components": [{"type": "application", "name": "xtask", "version": version}]},
                "component": {
                    "type": "application",
                    "bom-ref": reference,
                    "name": name,
                    "version": version,
                    "licenses": [{"expression": "Apache-2.0"}],
                },
            },
            "components": components,
            "dependencies": self.dependencies(&reference)?,
        }))
    }

    fn component(&self, package: &Value) -> Value {
        let (name, version) = (text(package, "name"), text(package, "version"));
        let mut component = json!({
            "type": "library",
            "bom-ref": reference(package),
            "name": name,
            "version": version,
            "purl": reference(package),
            "licenses": [{"expression": license(package)}],
        });
        if let Some(checksum) = self.checksums.get(&(name, version)) {
            component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
        }
        if let Some(url) = package["repository"].as_str() {
            component["externalReferences"] = json!([{"type": "vcs", "url": url}]);
        }
        component
    }

    /// What depends on what, the release on its two programs.
    fn dependencies(&self, release: &str) -> Result<Vec<Value>> {
        let nodes = self.metadata["resolve"]["nodes"].as_array();
        let mut found = BTreeMap::new();
        for node in nodes.context("`cargo metadata` resolves nothing")? {
            let Some(package) = node["id"].as_str().and_then(|id| self.packages.get(id)) else {
                continue;
            };
            let normal = node["deps"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| {
                    let mut kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
                    kinds.any(|kind| kind["kind"].is_null())
                });
            let on: BTreeSet<String> = normal
                .filter_map(|dependency| self.packages.get(dependency["pkg"].as_str()?))
                .map(|package| reference(package))
                .collect();
            found.insert(reference(package), on);
        }
        let programs = self.packages.values().filter(|package| {
            let name = package["name"].as_str();
            package["source"].is_null() && matches!(name, Some("nsc" | "nk"))
        });
        found.insert(
            release.to_owned(),
            programs.map(|package| reference(package)).collect(),
        );
        let line = |(of, on): (String, BTreeSet<String>)| json!({"ref": of, "dependsOn": on});
        Ok(found.into_iter().map(line).collect())
    }
}

/// The packages of the tree, which knows what is switched on for the programs.
fn used<'a>(metadata: &'a Value, tree: &str) -> Result<Packages<'a>> {
    let wanted: BTreeSet<(&str, &str)> = tree
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.next()?.strip_prefix('v')?))
        })
        .collect();
    let packages = metadata["packages"].as_array();
    let packages: Packages<'_> = packages
        .context("`cargo metadata` names no packages")?
        .iter()
        .filter_map(|package| {
            let key = (package["name"].as_str()?, package["version"].as_str()?);
            wanted
                .contains(&key)
                .then_some((package["id"].as_str()?, package))
        })
        .collect();
    anyhow::ensure!(
        packages.len() == wanted.len() && !packages.is_empty(),
        "`cargo tree` knows {} packages, `cargo metadata` {} of them",
        wanted.len(),
        packages.len()
    );
    Ok(packages)
}

/// The digests of `Cargo.lock` by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let member = |name: &str| {
            let start = format!("{name} = \"");
            let mut lines = package.lines();
            let value = lines.find_map(|line| line.strip_prefix(start.as_str()))?;
            value.strip_suffix('"').map(str::to_owned)
        };
        if let (Some(name), Some(version), Some(sum)) =
            (member("name"), member("version"), member("checksum"))
        {
            found.insert((name, version), sum);
        }
    }
    found
}

/// The package URL, which also stands for the package within the bill.
fn reference(package: &Value) -> String {
    format!(
        "pkg:cargo/{}@{}",
        text(package, "name"),
        text(package, "version")
    )
}

/// The licence as SPDX writes it; old packages put a slash for "or".
fn license(package: &Value) -> String {
    let stated = package["license"].as_str().unwrap_or("NOASSERTION");
    stated.replace('/', " OR ")
}

fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

fn timestamp(seconds: u64) -> Result<String> {
    let moment = jiff::Timestamp::from_second(i64::try_from(seconds)?)?;
    Ok(moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::target::Target;
    use super::*;

    fn bill() -> Value {
        let release = Release {
            version: "9.9.9".to_owned(),
            time: 1_700_000_000,
            target: Target::host().unwrap(),
        };
        let workspace = Workspace::find().unwrap();
        let first = of(&workspace, &release).unwrap();
        assert_eq!(
            first,
            of(&workspace, &release).unwrap(),
            "the same bytes again"
        );
        serde_json::from_slice(&first).unwrap()
    }

    #[test]
    fn the_bill_lists_what_is_built_in_and_nothing_else() {
        let bill = bill();
        assert_eq!(
            (&bill["bomFormat"], &bill["specVersion"]),
            (&json!("CycloneDX"), &json!("1.5"))
        );
        assert_eq!(bill["metadata"]["timestamp"], "2023-11-14T22:13:20Z");
        let components = bill["components"].as_array().unwrap();
        let named = |name: &str| {
            components
                .iter()
                .find(|component| component["name"] == name)
        };
        for ours in ["nsc", "nk", "nsc-core", "nsc-store", "nsc-resolver"] {
            assert!(named(ours).unwrap().get("hashes").is_none(), "{ours}");
        }
        assert_eq!(
            named("ed25519-dalek").unwrap()["hashes"][0]["content"]
                .as_str()
                .unwrap()
                .len(),
            64
        );
        for foreign in [
            "criterion",
            "insta",
            "nsc-testkit",
            "proptest",
            "public-api",
            "xtask",
        ] {
            assert!(named(foreign).is_none(), "{foreign}");
        }
        for component in components {
            let license = component["licenses"][0]["expression"].as_str().unwrap();
            assert!(
                !license.contains('/') && license != "NOASSERTION",
                "{component}"
            );
            let is_ours =
                component["name"].as_str().unwrap().starts_with("nsc") || component["name"] == "nk";
            assert!(is_ours || component["hashes"].is_array(), "{component}");
        }
        let refs: BTreeSet<&str> = components
            .iter()
            .map(|c| c["bom-ref"].as_str().unwrap())
            .collect();
        assert_eq!(refs.len(), components.len());
        let dependencies = bill["dependencies"].as_array().unwrap();
        assert_eq!(dependencies.len(), components.len() + 1);
        for line in dependencies {
            let mut on = line["dependsOn"].as_array().unwrap().iter();
            assert!(on.all(|on| refs.contains(on.as_str().unwrap())), "{line}");
        }
    }

    #[test]
    fn old_spellings_of_licences_are_brought_up_to_date() {
        assert_eq!(
            license(&json!({"license": "MIT/Apache-2.0"})),
            "MIT OR Apache-2.0"
        );
        assert_eq!(license(&json!({})), "NOASSERTION");
    }
}
