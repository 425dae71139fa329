//! The values of the application's variables.
//!
//! Precedence, as in Spin: values passed by the caller (`--variable name=value`), the environment
//! (`SPIN_VARIABLE_NAME`), `.env` beside the manifest, the manifest's default. All are resolved at the start, so that a
//! missing value is an error of the start and not of a request.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::{Context, Result, bail};

use super::Manifest;

const PREFIX: &str = "SPIN_VARIABLE_";

/// Values by name.
pub type VariableValues = BTreeMap<String, String>;

/// Resolves `[variables]`. Fails with the names of all required variables that have no value.
pub fn resolve(manifest: &Manifest, passed: &BTreeMap<String, String>, inherit_env: bool) -> Result<VariableValues> {
    if let Some(unknown) = passed.keys().find(|name| !manifest.variables.contains_key(*name)) {
        bail!("the variable `{unknown}` is not in `[variables]` of the manifest");
    }
    let dotenv = if inherit_env { read_dotenv(&manifest.dir.join(".env"))? } else { HashMap::new() };
    let mut values = VariableValues::new();
    let mut missing = Vec::new();
    for (name, variable) in &manifest.variables {
        let key = format!("{PREFIX}{}", name.to_ascii_uppercase());
        let from_env = || inherit_env.then(|| std::env::var(&key).ok()).flatten();
        let value = passed
            .get(name)
            .cloned()
            .or_else(from_env)
            .or_else(|| dotenv.get(&key).cloned())
            .or_else(|| variable.default.clone());
        match value {
            Some(value) => drop(values.insert(name.clone(), value)),
            // Other users of the machine can read the arguments of a process.
            None if variable.secret => missing.push(format!("  `{name}`: set {key}=… in `.env` or the environment")),
            None => missing.push(format!("  `{name}`: set {key}=… or pass `--variable {name}=…`")),
        }
    }
    if !missing.is_empty() {
        bail!("required variables have no value:\n{}", missing.join("\n"));
    }
    Ok(values)
}

fn read_dotenv(path: &Path) -> Result<HashMap<String, String>> {
    match dotenvy::from_path_iter(path) {
        Ok(entries) => {
            let entries: Result<_, dotenvy::Error> = entries.collect();
            entries.with_context(|| format!("could not read `{}`", path.display()))
        }
        Err(error) if error.not_found() => Ok(HashMap::new()),
        Err(error) => Err(error).with_context(|| format!("could not read `{}`", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_passed_value_overrides_dotenv_and_dotenv_overrides_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let dotenv = "# a comment\nSPIN_VARIABLE_A=\"from .env\"\nexport SPIN_VARIABLE_B='b'\n";
        std::fs::write(dir.path().join(".env"), dotenv).unwrap();
        let manifest = manifest(dir.path());
        let values = resolve(&manifest, &BTreeMap::new(), true).unwrap();
        assert_eq!(values["a"], "from .env");
        assert_eq!(values["b"], "b");
        let passed = BTreeMap::from([("a".to_owned(), "passed".to_owned())]);
        assert_eq!(resolve(&manifest, &passed, true).unwrap()["a"], "passed");
        let passed = BTreeMap::from([("b".to_owned(), "passed".to_owned())]);
        let values = resolve(&manifest, &passed, false).unwrap();
        assert_eq!(values["a"], "from the manifest");
    }

    #[test]
    fn a_malformed_dotenv_is_refused_with_its_path() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(".env"), "SPIN_VARIABLE_B\n").unwrap();
        let error = resolve(&manifest(dir.path()), &BTreeMap::new(), true).unwrap_err();
        assert!(error.to_string().contains(".env"), "{error:#}");
    }

    #[test]
    fn the_error_about_a_missing_value_names_the_variable_of_the_environment() {
        let manifest = manifest(Path::new("/does/not/exist"));
        let error = resolve(&manifest, &BTreeMap::new(), false).unwrap_err();
        assert!(error.to_string().contains("SPIN_VARIABLE_B="), "{error}");
    }

    #[test]
    fn an_unknown_variable_is_refused() {
        let manifest = manifest(Path::new("/does/not/exist"));
        let unknown = BTreeMap::from([("z".to_owned(), String::new())]);
        assert!(resolve(&manifest, &unknown, false).is_err());
    }
}
