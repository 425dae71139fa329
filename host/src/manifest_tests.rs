//! What the manifest's reader refuses, and how it says so.

use std::path::Path;

use crate::manifest::{Inherit, Manifest};

const GOOD: &str = r#"spin_manifest_version = 2
[application]
name = "x"
[variables]
who = { default = "me", secret = true }
must = { required = true }
[[trigger.http]]
route = "/..."
component = "gateway"
[component.gateway]
source = "gateway.wasm"
sqlite_databases = ["default"]
allowed_outbound_hosts = ["https://{{ who }}.example"]
[component.gateway.variables]
greeting = "hello {{ who }}"
[component.gateway.dependencies]
"a:b" = { component = "service", inherit_configuration = ["sqlite_databases"] }
"c:d/e@1.0.0" = { path = "other.wasm" }
"f:g" = { path = "f.wasm", inherit_configuration = true }
[component.gateway.build]
command = "cargo build"
watch = ["src/**/*.rs"]
[component.service]
source = "service.wasm"
"#;

fn parse(text: &str) -> anyhow::Result<Manifest> {
    Manifest::parse(text, Path::new("/app"), "spin.toml")
}

fn faults(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

#[test]
fn a_good_manifest_is_read() {
    let manifest = parse(GOOD).unwrap();
    let gateway = &manifest.components["gateway"];
    assert_eq!(gateway.source, Path::new("/app/gateway.wasm"));
    let inherit: Vec<_> = gateway.dependencies.iter().map(|d| &d.inherit).collect();
    assert_eq!(inherit, [&Inherit::Kinds(vec!["sqlite_databases".to_owned()]), &Inherit::Nothing, &Inherit::All]);
    assert!(manifest.variables["must"].default.is_none());
    assert_eq!(manifest.triggers.len(), 1);
}

#[test]
fn the_manifest_of_the_application_is_read() {
    let spin_toml = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spin.toml");
    Manifest::load(&spin_toml).unwrap();
}

#[test]
fn what_is_not_implemented_is_refused_by_name_and_line() {
    let text = GOOD.replace("sqlite_databases = [\"default\"]\nallowed", "files = [\"*.png\"]\nallowed");
    let told = faults(&text);
    assert!(told.contains("line 12: `files` in [component.gateway] is not implemented"), "{told}");
}

#[test]
fn every_fault_is_told_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("= 2\n", "= 1\n")
        .replace("required = true", "required = false")
        .replace("component = \"gateway\"", "component = \"nobody\"\nexecutor = { type = \"wagi\" }")
        .replace("path = \"other.wasm\"", "version = \"1.0\"")
        .replace("[\"sqlite_databases\"]", "[\"sqlite\"]");
    let told = faults(&text);
    for part in [
        "faults",
        "line 1: ",
        "variable `must`",
        "line 10: `executor`",
        "`nobody`",
        "`version` is not implemented",
        "`sqlite` cannot be inherited",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
    let lines: Vec<usize> =
        told.lines().filter_map(|l| l.trim().strip_prefix("line ")?.split(':').next()?.parse().ok()).collect();
    assert!(lines.is_sorted(), "{told}");
}

#[test]
fn a_dependency_may_have_no_configuration_of_its_own() {
    let text = format!("{GOOD}key_value_stores = [\"default\"]\n");
    assert!(faults(&text).contains("may have no configuration of its own"));
}

#[test]
fn a_missing_manifest_says_what_to_do() {
    let error = Manifest::load(Path::new("/nowhere/spin.toml")).unwrap_err();
    assert!(error.to_string().contains("--from"), "{error}");
}

#[test]
fn broken_toml_is_told_with_its_place() {
    assert!(faults("a = ").contains("line 1"));
}
