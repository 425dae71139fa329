//! The rules of `spin.toml`: which keys exist, and which values they may have.

use std::path::Path;

use toml::de::DeValue;

use super::{
    Build, Component, Dependency, DependencySource, Inheritance, Manifest, Trigger, Variable, template,
    toml_table::{FaultList, Table},
};

/// The kinds of permission that `inherit_configuration` can list.
const INHERITABLE: &[&str] = &[
    "ai_models",
    "allowed_outbound_hosts",
    "environment",
    "files",
    "key_value_stores",
    "sqlite_databases",
    "variables",
];

const COMPONENT_KEYS: &[&str] = &[
    "source",
    "description",
    "allowed_outbound_hosts",
    "sqlite_databases",
    "key_value_stores",
    "variables",
    "dependencies",
    "dependencies_inherit_configuration",
    "build",
    "tool",
    "targets",
];

/// Keys of a dependency that name a registry or a download, which this host does not implement.
const REMOTE_KEYS: [&str; 5] = ["version", "registry", "package", "url", "digest"];

/// Reads a manifest whose relative paths start from `dir`.
pub fn read<'t>(dir: &Path, faults: &mut FaultList<'t>, root: &Table<'t>) -> Manifest {
    let mut manifest = Manifest { dir: dir.to_owned(), ..Manifest::default() };
    check_version(faults, root);
    read_application(&mut manifest, faults, root);
    read_variables(&mut manifest, faults, root);
    read_triggers(&mut manifest, faults, root);
    for (name, table) in faults.tables(root, "component") {
        let component = read_component(dir, faults, &name, &table);
        manifest.components.insert(name, component);
    }
    let keys = ["spin_manifest_version", "application", "variables", "trigger", "component"];
    faults.only(root, "the manifest", &keys);
    check_references(&manifest, faults, root);
    manifest
}

fn check_version<'t>(faults: &mut FaultList<'t>, root: &Table<'t>) {
    match root.get("spin_manifest_version") {
        Some(v) if v.value.as_integer().is_some_and(|i| i.as_str() == "2") => {}
        Some(v) => faults.add(v.at, "`spin_manifest_version` must be 2: this host implements no other version"),
        None => faults.add(0, "`spin_manifest_version = 2` is missing"),
    }
}

fn read_application<'t>(manifest: &mut Manifest, faults: &mut FaultList<'t>, root: &Table<'t>) {
    if let Some(app) = faults.table(root, "application") {
        manifest.name = faults.string(&app, "name").unwrap_or_default();
        manifest.version = faults.string(&app, "version").unwrap_or_default();
        if !app.has("name") {
            faults.add(app.at, "`[application]` has no `name`");
        }
        faults.only(&app, "[application]", &["name", "version", "description", "authors", "targets", "tool"]);
    } else if !root.has("application") {
        faults.add(0, "`[application]` with a `name` is missing");
    }
}

fn read_variables<'t>(manifest: &mut Manifest, faults: &mut FaultList<'t>, root: &Table<'t>) {
    for (name, table) in faults.tables(root, "variables") {
        let variable = Variable {
            default: faults.string(&table, "default"),
            secret: faults.boolean(&table, "secret").unwrap_or(false),
        };
        let required = faults.boolean(&table, "required").unwrap_or(false);
        if variable.default.is_some() == required {
            faults.add(table.at, format!("variable `{name}` needs either `default = \"…\"` or `required = true`"));
        }
        if !is_snake_case(&name) {
            faults.add(table.at, format!("variable `{name}`: a name must be lower_snake_case"));
        }
        faults.only(&table, &format!("[variables] {name}"), &["default", "required", "secret", "description"]);
        manifest.variables.insert(name, variable);
    }
}

fn read_triggers<'t>(manifest: &mut Manifest, faults: &mut FaultList<'t>, root: &Table<'t>) {
    let Some(trigger) = faults.table(root, "trigger") else {
        faults.add(root.at, "there is no `[[trigger.http]]`: nothing would be served");
        return;
    };
    for table in faults.array_of_tables(&trigger, "http") {
        if matches!(table.get("route").map(|v| v.value), Some(DeValue::Table(_))) {
            faults.add(table.at, "this host does not implement private routes (`route = { private = true }`)");
            continue;
        }
        let (route, component) = (faults.string(&table, "route"), faults.string(&table, "component"));
        faults.only(&table, "[[trigger.http]]", &["id", "route", "component"]);
        let (Some(route), Some(component)) = (route, component) else {
            faults.add(table.at, "`[[trigger.http]]` needs `route = \"/...\"` and `component = \"name\"`");
            continue;
        };
        if !route.starts_with('/') {
            faults.add(table.at, format!("route `{route}` must begin with `/`"));
        } else if route.contains(':') || route.trim_end_matches("...").contains("...") {
            faults.add(table.at, format!("route `{route}`: only exact paths and a final `/...` are implemented"));
        }
        manifest.triggers.push(Trigger { route, component });
    }
    faults.only(&trigger, "[trigger]", &["http"]);
}

fn read_component<'t>(dir: &Path, faults: &mut FaultList<'t>, name: &str, table: &Table<'t>) -> Component {
    let mut component = Component::default();
    match table.get("source").map(|v| (v.value, v.at)) {
        Some((DeValue::String(path), _)) => component.source = dir.join(path.as_ref()),
        Some((_, at)) => faults.add(
            at,
            "`source` must be a path: this host downloads no components; build or download the component first",
        ),
        None => faults.add(table.at, format!("`[component.{name}]` has no `source = \"path/to/component.wasm\"`")),
    }
    component.allowed_outbound_hosts = faults.strings(table, "allowed_outbound_hosts");
    component.sqlite_databases = faults.strings(table, "sqlite_databases");
    component.key_value_stores = faults.strings(table, "key_value_stores");
    if let Some(variables) = faults.table(table, "variables") {
        for key in variables.keys() {
            if let Some(text) = faults.string(&variables, &key) {
                component.variables.insert(key, text);
            }
        }
    }
    let inherit_all = faults.boolean(table, "dependencies_inherit_configuration").unwrap_or(false);
    for (key, dependency) in faults.tables(table, "dependencies") {
        component.dependencies.extend(read_dependency(dir, faults, key, &dependency, inherit_all));
    }
    if let Some(build) = faults.table(table, "build") {
        component.build = Some(Build {
            commands: faults.string_or_strings(&build, "command"),
            workdir: dir.join(faults.string(&build, "workdir").unwrap_or_default()),
            watch: faults.strings(&build, "watch"),
        });
        let section = format!("[component.{name}.build]");
        faults.only(&build, &section, &["command", "workdir", "watch", "environments"]);
    }
    faults.only(table, &format!("[component.{name}]"), COMPONENT_KEYS);
    component
}

fn read_dependency<'t>(
    dir: &Path,
    faults: &mut FaultList<'t>,
    name: String,
    table: &Table<'t>,
    inherit_all: bool,
) -> Option<Dependency> {
    for key in REMOTE_KEYS {
        if let Some(v) = table.get(key) {
            faults.add(
                v.at,
                format!(
                    "dependency `{name}`: `{key}` is not implemented: download the component and name it with \
                     `path = \"…\"` or `component = \"…\"`"
                ),
            );
        }
    }
    let source = match (faults.string(table, "component"), faults.string(table, "path")) {
        (Some(component), None) => DependencySource::Component(component),
        (None, Some(path)) => DependencySource::Path(dir.join(path)),
        _ => {
            let why = "needs exactly one of `component = \"name\"` and `path = \"file.wasm\"`";
            faults.add(table.at, format!("dependency `{name}` {why}"));
            return None;
        }
    };
    let inherit = read_inheritance(faults, &name, table, inherit_all);
    let export = faults.string(table, "export");
    let mut keys = vec!["component", "path", "export", "inherit_configuration"];
    keys.extend(REMOTE_KEYS);
    faults.only(table, &format!("dependency `{name}`"), &keys);
    Some(Dependency { name, source, export, inherit })
}

fn read_inheritance<'t>(
    faults: &mut FaultList<'t>,
    dependency: &str,
    table: &Table<'t>,
    inherit_all: bool,
) -> Inheritance {
    let kinds = match table.get("inherit_configuration").map(|v| v.value) {
        None if inherit_all => return Inheritance::All,
        None | Some(DeValue::Boolean(false)) => return Inheritance::Nothing,
        Some(DeValue::Boolean(true)) => return Inheritance::All,
        Some(_) => faults.strings(table, "inherit_configuration"),
    };
    for kind in kinds.iter().filter(|kind| !INHERITABLE.contains(&kind.as_str())) {
        let known = INHERITABLE.join(", ");
        faults.add(table.at, format!("dependency `{dependency}`: `{kind}` cannot be inherited; only: {known}"));
    }
    Inheritance::Kinds(kinds)
}

/// Checks that each name that refers to another part of the manifest exists.
fn check_references<'t>(manifest: &Manifest, faults: &mut FaultList<'t>, root: &Table<'t>) {
    for trigger in &manifest.triggers {
        if !manifest.components.contains_key(&trigger.component) {
            let (route, component) = (&trigger.route, &trigger.component);
            let fault = format!("route `{route}` names the component `{component}`, which is not in the manifest");
            faults.add(root.at, fault);
        }
    }
    for (name, component) in &manifest.components {
        check_dependencies(manifest, name, component, faults, root);
        for (variable, text) in &component.variables {
            for used in template::names_in(text) {
                if !manifest.variables.contains_key(&used) {
                    let section = format!("[component.{name}.variables]");
                    let fault = format!("`{section} {variable}` uses `{used}`, which is not in `[variables]`");
                    faults.add(root.at, fault);
                }
            }
        }
    }
}

fn check_dependencies<'t>(
    manifest: &Manifest,
    name: &str,
    component: &Component,
    faults: &mut FaultList<'t>,
    root: &Table<'t>,
) {
    for dependency in &component.dependencies {
        let DependencySource::Component(target) = &dependency.source else { continue };
        match manifest.components.get(target) {
            None => faults
                .add(root.at, format!("`{name}` depends on the component `{target}`, which is not in the manifest")),
            Some(found) if found.has_configuration() => faults.add(
                root.at,
                format!(
                    "the component `{target}` is a dependency of `{name}` and so may have no configuration of its own: \
                     move it to `[component.{name}]` and inherit it"
                ),
            ),
            Some(_) => {}
        }
    }
}

fn is_snake_case(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
