//! Which manifests are accepted, and the messages for those that are not.

use std::path::Path;

use super::{Inheritance, Manifest};

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
fn a_valid_manifest_is_accepted() {
    let manifest = parse(GOOD).unwrap();
    let gateway = &manifest.components["gateway"];
    assert_eq!(gateway.source, Path::new("/app/gateway.wasm"));
    let inherit: Vec<_> = gateway.dependencies.iter().map(|d| &d.inherit).collect();
    assert_eq!(
        inherit,
        [&Inheritance::Kinds(vec!["sqlite_databases".to_owned()]), &Inheritance::Nothing, &Inheritance::All]
    );
    assert!(manifest.variables["must"].default.is_none());
    assert_eq!(manifest.triggers.len(), 1);
}

#[test]
fn a_key_that_is_not_implemented_is_refused_with_its_line() {
    let text = GOOD.replace("sqlite_databases = [\"default\"]\nallowed", "files = [\"*.png\"]\nallowed");
    let message = faults(&text);
    assert!(message.contains("line 12: `files` in [component.gateway] is not implemented"), "{message}");
}

#[test]
fn all_faults_are_reported_in_the_order_of_the_file() {
    let text = GOOD
        .replace("= 2\n", "= 1\n")
        .replace("required = true", "required = false")
        .replace("component = \"gateway\"", "component = \"missing\"\nexecutor = { type = \"wagi\" }")
        .replace("path = \"other.wasm\"", "version = \"1.0\"")
        .replace("[\"sqlite_databases\"]", "[\"sqlite\"]");
    let message = faults(&text);
    for part in [
        "faults",
        "line 1: ",
        "variable `must`",
        "line 10: `executor`",
        "`missing`",
        "`version` is not implemented",
        "`sqlite` cannot be inherited",
    ] {
        assert!(message.contains(part), "{part} is not in:\n{message}");
    }
    let lines: Vec<usize> =
        message.lines().filter_map(|l| l.trim().strip_prefix("line ")?.split(':').next()?.parse().ok()).collect();
    assert!(lines.is_sorted(), "{message}");
}

#[test]
fn a_dependency_with_configuration_of_its_own_is_refused() {
    let text = format!("{GOOD}key_value_stores = [\"default\"]\n");
    assert!(faults(&text).contains("may have no configuration of its own"));
}

#[test]
fn the_error_about_a_missing_manifest_names_the_option() {
    let error = Manifest::load(Path::new("/does/not/exist/spin.toml")).unwrap_err();
    assert!(error.to_string().contains("--from"), "{error}");
}

#[test]
fn invalid_toml_is_reported_with_its_line() {
    assert!(faults("a = ").contains("line 1"));
}
