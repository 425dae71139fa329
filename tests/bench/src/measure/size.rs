//! The size of each component of the manifest.

use anyhow::Context as _;
use serde_json::json;

use super::Bench;
use crate::table::Row;

const MIB: f64 = 1_048_576.0;
const EACH: f64 = 1.0;
const ALL: f64 = 3.0;

pub fn components(bench: &Bench<'_>) -> anyhow::Result<Vec<Row>> {
    let manifest: toml::Table = std::fs::read_to_string(bench.setup.root.join("spin.toml"))?.parse()?;
    let components =
        manifest.get("component").and_then(|value| value.as_table()).context("spin.toml has no component")?;
    let mut sizes = Vec::new();
    for (name, component) in components {
        // A source that is not a path is a component of others.
        let Some(source) = component.get("source").and_then(|source| source.as_str()) else { continue };
        let bytes = std::fs::metadata(bench.setup.root.join(source))
            .with_context(|| format!("{source} is missing: run `cargo vault build`"))?
            .len();
        sizes.push((name.clone(), bytes as f64 / MIB));
    }
    let sum = sizes.iter().map(|(_, size)| size).sum();
    let rows = sizes.iter().map(|(name, size)| row(&format!("size of {name}.wasm"), *size, EACH));
    Ok(rows.chain([row("size of all components", sum, ALL)]).collect())
}

fn row(what: &str, size: f64, goal: f64) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("{size:.2} MiB"),
        goal: format!("< {goal:.0} MiB"),
        met: Some(size < goal),
        figures: json!({"mib": size}),
        ..Row::default()
    }
}
