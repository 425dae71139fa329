//! The rules of `spin.toml`: which keys there are, and what they must hold.

use toml::de::DeValue;

use crate::deny;
use crate::manifest::{Build, Component, Dependency, DependencySource, Inherit, Manifest, Trigger, Variable};
use crate::manifest_reader::{Reader, Table};
use crate::variables;

impl Manifest {
    pub fn read<'t>(&mut self, r: &mut Reader<'t>, root: &Table<'t>) {
        match root.get("spin_manifest_version") {
            Some(v) if v.value.as_integer().is_some_and(|i| i.as_str() == "2") => {}
            Some(v) => r.fault(v.at, "`spin_manifest_version` must be 2: this host reads no other version"),
            None => r.fault(0, "`spin_manifest_version = 2` is missing"),
        }
        if let Some(app) = r.table(root, "application") {
            self.name = r.string(&app, "name").unwrap_or_default();
            self.version = r.string(&app, "version").unwrap_or_default();
            if !app.has("name") {
                r.fault(app.at, "`[application]` has no `name`");
            }
            r.only(&app, "[application]", &["name", "version", "description", "authors", "targets", "tool"]);
        } else if !root.has("application") {
            r.fault(0, "`[application]` with a `name` is missing");
        }
        for (name, table) in r.tables(root, "variables") {
            let variable =
                Variable { default: r.string(&table, "default"), secret: r.boolean(&table, "secret").unwrap_or(false) };
            let required = r.boolean(&table, "required").unwrap_or(false);
            if variable.default.is_some() == required {
                r.fault(table.at, format!("variable `{name}` needs either `default = \"…\"` or `required = true`"));
            }
            if !is_snake(&name) {
                r.fault(table.at, format!("variable `{name}`: a name is lower_snake_case"));
            }
            r.only(&table, &format!("[variables] {name}"), &["default", "required", "secret", "description"]);
            self.variables.insert(name, variable);
        }
        self.read_triggers(r, root);
        for (name, table) in r.tables(root, "component") {
            let component = self.read_component(r, &name, &table);
            self.components.insert(name, component);
        }
        r.only(root, "the manifest", &["spin_manifest_version", "application", "variables", "trigger", "component"]);
        self.check_references(r, root);
    }

    fn read_triggers<'t>(&mut self, r: &mut Reader<'t>, root: &Table<'t>) {
        let Some(trigger) = r.table(root, "trigger") else {
            r.fault(root.at, "there is no `[[trigger.http]]`: nothing would be served");
            return;
        };
        for table in r.array_of_tables(&trigger, "http") {
            let route = match table.get("route").map(|v| v.value) {
                Some(DeValue::Table(_)) => {
                    r.fault(table.at, "private routes (`route = { private = true }`) are not implemented by this host");
                    continue;
                }
                _ => r.string(&table, "route"),
            };
            let component = r.string(&table, "component");
            r.only(&table, "[[trigger.http]]", &["id", "route", "component"]);
            match (route, component) {
                (Some(route), Some(component)) => {
                    if !route.starts_with('/') {
                        r.fault(table.at, format!("route `{route}` must begin with `/`"));
                    } else if route.contains(':') || route.trim_end_matches("...").contains("...") {
                        r.fault(
                            table.at,
                            format!("route `{route}`: only exact paths and a final `/...` are implemented"),
                        );
                    }
                    self.triggers.push(Trigger { route, component });
                }
                _ => r.fault(table.at, "`[[trigger.http]]` needs `route = \"/...\"` and `component = \"name\"`"),
            }
        }
        r.only(&trigger, "[trigger]", &["http"]);
    }

    fn read_component<'t>(&self, r: &mut Reader<'t>, name: &str, t: &Table<'t>) -> Component {
        let mut component = Component::default();
        match t.get("source").map(|v| (v.value, v.at)) {
            Some((DeValue::String(path), _)) => component.source = self.dir.join(path.as_ref()),
            Some((_, at)) => {
                r.fault(at, "`source` must be a path: this host downloads nothing; build or fetch the component first")
            }
            None => r.fault(t.at, format!("`[component.{name}]` has no `source = \"path/to/component.wasm\"`")),
        }
        component.allowed_outbound_hosts = r.strings(t, "allowed_outbound_hosts");
        component.sqlite_databases = r.strings(t, "sqlite_databases");
        component.key_value_stores = r.strings(t, "key_value_stores");
        if let Some(variables) = r.table(t, "variables") {
            for key in variables.keys() {
                if let Some(template) = r.string(&variables, &key) {
                    component.variables.insert(key, template);
                }
            }
        }
        let all = r.boolean(t, "dependencies_inherit_configuration").unwrap_or(false);
        for (key, table) in r.tables(t, "dependencies") {
            if let Some(dependency) = self.read_dependency(r, key, &table, all) {
                component.dependencies.push(dependency);
            }
        }
        if let Some(build) = r.table(t, "build") {
            component.build = Some(Build {
                commands: r.string_or_strings(&build, "command"),
                workdir: self.dir.join(r.string(&build, "workdir").unwrap_or_default()),
                watch: r.strings(&build, "watch"),
            });
            r.only(&build, &format!("[component.{name}.build]"), &["command", "workdir", "watch", "environments"]);
        }
        r.only(
            t,
            &format!("[component.{name}]"),
            &[
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
            ],
        );
        component
    }

    fn read_dependency<'t>(&self, r: &mut Reader<'t>, name: String, t: &Table<'t>, all: bool) -> Option<Dependency> {
        for key in ["version", "registry", "package", "url", "digest"] {
            if let Some(v) = t.get(key) {
                r.fault(v.at, format!("dependency `{name}`: `{key}` is not implemented: fetch the component and name it with `path = \"…\"` or `component = \"…\"`"));
            }
        }
        let source = match (r.string(t, "component"), r.string(t, "path")) {
            (Some(component), None) => DependencySource::Component(component),
            (None, Some(path)) => DependencySource::Path(self.dir.join(path)),
            _ => {
                r.fault(
                    t.at,
                    format!(
                        "dependency `{name}` needs exactly one of `component = \"name\"` and `path = \"file.wasm\"`"
                    ),
                );
                return None;
            }
        };
        let inherit = match t.get("inherit_configuration").map(|v| v.value) {
            None if all => Inherit::All,
            None => Inherit::Nothing,
            Some(DeValue::Boolean(true)) => Inherit::All,
            Some(DeValue::Boolean(false)) => Inherit::Nothing,
            Some(_) => Inherit::Kinds(r.strings(t, "inherit_configuration")),
        };
        if let Inherit::Kinds(kinds) = &inherit {
            for kind in kinds.iter().filter(|k| !deny::KINDS.contains(&k.as_str())) {
                r.fault(
                    t.at,
                    format!("dependency `{name}`: `{kind}` cannot be inherited; there are: {}", deny::KINDS.join(", ")),
                );
            }
        }
        let export = r.string(t, "export");
        r.only(
            t,
            &format!("dependency `{name}`"),
            &[
                "component",
                "path",
                "export",
                "inherit_configuration",
                "version",
                "registry",
                "package",
                "url",
                "digest",
            ],
        );
        Some(Dependency { name, source, export, inherit })
    }

    /// Names that point elsewhere in the manifest point at something.
    fn check_references<'t>(&self, r: &mut Reader<'t>, root: &Table<'t>) {
        for trigger in &self.triggers {
            if !self.components.contains_key(&trigger.component) {
                r.fault(
                    root.at,
                    format!(
                        "route `{}` names the component `{}`, which is not in the manifest",
                        trigger.route, trigger.component
                    ),
                );
            }
        }
        for (name, component) in &self.components {
            for dependency in &component.dependencies {
                let DependencySource::Component(target) = &dependency.source else { continue };
                match self.components.get(target) {
                    None => r.fault(root.at, format!("`{name}` depends on the component `{target}`, which is not in the manifest")),
                    Some(target_component) if target_component.has_configuration() => r.fault(
                        root.at,
                        format!("the component `{target}` is a dependency of `{name}` and so may have no configuration of its own: move it to `[component.{name}]` and inherit it"),
                    ),
                    Some(_) => {}
                }
            }
            for (variable, template) in &component.variables {
                for used in variables::names_in(template) {
                    if !self.variables.contains_key(&used) {
                        r.fault(
                            root.at,
                            format!(
                                "`[component.{name}.variables] {variable}` uses `{used}`, which is not in `[variables]`"
                            ),
                        );
                    }
                }
            }
        }
    }
}

fn is_snake(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
