//! `spin:variables`: where values come from, and the `{{ name }}` templates that use them.
//!
//! Precedence, as in Spin: `--variable name=value`, then the environment (`SPIN_VARIABLE_NAME`),
//! then `.env` beside the manifest, then the manifest's default. Everything is resolved once at
//! start, so that a missing value is told before anyone waits for an answer.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Result as AnyResult, bail};
use wasmtime::component::Accessor;

use crate::bindings::spin::variables::variables::{Error, Host, HostWithStore};
use crate::manifest::Manifest;
use crate::state::{Spin, State};

const PREFIX: &str = "SPIN_VARIABLE_";

/// The values of the application's variables.
pub type Values = BTreeMap<String, String>;

/// Resolves `[variables]`; fails naming every required variable without a value.
pub fn resolve(manifest: &Manifest, given: &BTreeMap<String, String>, inherit_env: bool) -> AnyResult<Values> {
    if let Some(unknown) = given.keys().find(|name| !manifest.variables.contains_key(*name)) {
        bail!("the variable `{unknown}` is not in `[variables]` of the manifest");
    }
    let dotenv = if inherit_env { dotenv(manifest)? } else { HashMap::new() };
    let mut values = Values::new();
    let mut missing = Vec::new();
    for (name, variable) in &manifest.variables {
        let key = format!("{PREFIX}{}", name.to_ascii_uppercase());
        let from_env = || inherit_env.then(|| std::env::var(&key).ok()).flatten();
        let value = given
            .get(name)
            .cloned()
            .or_else(from_env)
            .or_else(|| dotenv.get(&key).cloned())
            .or_else(|| variable.default.clone());
        match value {
            Some(value) => drop(values.insert(name.clone(), value)),
            None => missing.push(format!("  `{name}`: set {key}=… or pass `--variable {name}=…`")),
        }
    }
    if !missing.is_empty() {
        bail!("required variables have no value:\n{}", missing.join("\n"));
    }
    Ok(values)
}

/// Replaces each `{{ name }}` by its value.
pub fn render(template: &str, values: &Values) -> AnyResult<String> {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            bail!("`{template}` has `{{{{` without `}}}}`");
        };
        let name = name.trim();
        match values.get(name) {
            Some(value) => out.push_str(value),
            None => bail!("`{template}` uses `{name}`, which is not in `[variables]`"),
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// The names that a template uses.
pub fn names_in(template: &str) -> Vec<String> {
    template
        .split("{{")
        .skip(1)
        .filter_map(|part| part.split_once("}}").map(|(name, _)| name.trim().to_owned()))
        .collect()
}

/// `.env` beside the manifest: `NAME=value` lines, `#` comments, optional quotes.
fn dotenv(manifest: &Manifest) -> AnyResult<HashMap<String, String>> {
    let path = manifest.dir.join(".env");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(e) => bail!("could not read `{}`: {e}", path.display()),
    };
    let mut found = HashMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            bail!("`{}` line {}: expected NAME=value", path.display(), number + 1);
        };
        let value = value.trim();
        let unquoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
        found.insert(name.trim().to_owned(), unquoted.unwrap_or(value).to_owned());
    }
    Ok(found)
}

impl Host for State {}

impl HostWithStore<State> for Spin {
    async fn get(accessor: &Accessor<State, Self>, name: String) -> Result<String, Error> {
        accessor.with(|mut access| match access.get().app.variables.get(&name) {
            Some(value) => Ok(value.clone()),
            None if !is_name(&name) => Err(Error::InvalidName(name)),
            None => Err(Error::Undefined(name)),
        })
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn manifest(dir: &Path) -> Manifest {
        let text = r#"
spin_manifest_version = 2
application = { name = "x" }
variables = { a = { default = "from the manifest" }, b = { required = true } }
[[trigger.http]]
route = "/..."
component = "c"
[component.c]
source = "c.wasm"
"#;
        Manifest::parse(text, dir, "spin.toml").unwrap()
    }

    #[test]
    fn what_is_given_wins_over_dotenv_and_dotenv_over_the_default() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join(".env"),
            "# a comment\nSPIN_VARIABLE_A=\"from .env\"\nexport SPIN_VARIABLE_B='b'\n",
        )
        .unwrap();
        let manifest = manifest(dir.path());
        let values = resolve(&manifest, &BTreeMap::new(), true).unwrap();
        assert_eq!(values["a"], "from .env");
        assert_eq!(values["b"], "b");
        let given = BTreeMap::from([("a".to_owned(), "given".to_owned())]);
        assert_eq!(resolve(&manifest, &given, true).unwrap()["a"], "given");
        let given = BTreeMap::from([("b".to_owned(), "given".to_owned())]);
        let values = resolve(&manifest, &given, false).unwrap();
        assert_eq!(values["a"], "from the manifest");
    }

    #[test]
    fn a_required_variable_without_a_value_is_named_with_its_remedy() {
        let manifest = manifest(Path::new("/nowhere"));
        let error = resolve(&manifest, &BTreeMap::new(), false).unwrap_err();
        assert!(error.to_string().contains("SPIN_VARIABLE_B="), "{error}");
        let unknown = BTreeMap::from([("z".to_owned(), String::new())]);
        assert!(resolve(&manifest, &unknown, false).is_err());
    }

    #[test]
    fn templates_are_filled_in() {
        let values = Values::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(render("x{{a}}y{{ a }}", &values).unwrap(), "x1y1");
        assert_eq!(render("plain", &values).unwrap(), "plain");
        assert!(render("{{ b }}", &values).is_err());
        assert!(render("{{ a", &values).is_err());
        assert_eq!(names_in("{{ a }}-{{b}}"), ["a", "b"]);
    }
}
