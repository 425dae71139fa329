//! The commands of a build, combined where possible.

use std::path::{Path, PathBuf};

/// A command and its working directory.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub command: String,
    pub workdir: PathBuf,
}

/// Combines the cargo commands of one directory that differ only in their package.
pub fn combine<'a>(commands: impl IntoIterator<Item = (&'a String, &'a PathBuf)>) -> Vec<Step> {
    let mut steps: Vec<(Option<String>, Step)> = Vec::new();
    for (command, workdir) in commands {
        let (shared, package) = split_package(command);
        let same = |(key, step): &&mut (Option<String>, Step)| {
            key.is_some() && *key == shared && step.workdir == Path::new(workdir)
        };
        match (steps.iter_mut().find(same), package) {
            (Some((_, step)), Some(package)) => step.command.push_str(&format!(" --package {package}")),
            _ => steps.push((shared, Step { command: command.clone(), workdir: workdir.clone() })),
        }
    }
    steps.into_iter().map(|(_, step)| step).collect()
}

/// Splits `cargo … --package p` into `cargo …` and `p`.
fn split_package(command: &str) -> (Option<String>, Option<&str>) {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["cargo", "build", middle @ .., "-p" | "--package", package]
            if !middle.iter().any(|w| matches!(*w, "-p" | "--package" | "--")) =>
        {
            (Some(format!("cargo build {}", middle.join(" "))), Some(package))
        }
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_commands_that_differ_in_the_package_are_combined() {
        let commands = [
            "cargo build --release --target wasm32-wasip2 --package a",
            "cargo build --release --target wasm32-wasip2 -p b",
            "make c",
            "cargo build --package d",
        ]
        .map(str::to_owned);
        let workdir = PathBuf::from("/w");
        let steps = combine(commands.iter().map(|command| (command, &workdir)));
        let combined: Vec<&str> = steps.iter().map(|s| s.command.as_str()).collect();
        assert_eq!(
            combined,
            [
                "cargo build --release --target wasm32-wasip2 --package a --package b",
                "make c",
                "cargo build --package d",
            ]
        );
    }
}
