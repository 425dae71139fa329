//! Embeds the OpenAPI document without its indentation, a third of its size; the file itself is for reviewers.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    // No string of JSON goes over several lines.
    let document: String = fs::read_to_string("openapi.json")?.lines().map(str::trim_start).collect();
    let out = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&out).join("openapi.json"), document)?;
    Ok(())
}
