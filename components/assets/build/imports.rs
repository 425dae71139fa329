//! The modules that a page needs. Its response names them, so that the browser fetches all of them at once and not each
//! one when it finds the import.

use std::collections::BTreeSet;

use crate::File;

/// Returns the value of the header `link` of a page; empty for any other file.
pub fn preload(file: &File, files: &[File]) -> String {
    let mut modules = BTreeSet::new();
    if file.path.ends_with(".html") {
        let text = String::from_utf8_lossy(&file.content);
        for tag in text.split("<script").skip(1).filter_map(|rest| rest.split('>').next()) {
            if let Some(source) = tag.contains("module").then(|| quoted_after(tag, "src=")).flatten() {
                visit(&absolute(source, &file.path), files, &mut modules);
            }
        }
    }
    modules.iter().map(|path| format!("<{path}>; rel=modulepreload")).collect::<Vec<_>>().join(", ")
}

fn visit(path: &str, files: &[File], modules: &mut BTreeSet<String>) {
    let Some(file) = files.iter().find(|file| file.path == path) else { return };
    if !modules.insert(path.to_owned()) {
        return;
    }
    let text = String::from_utf8_lossy(&file.content);
    for line in text.lines() {
        // A static import on one line, or the last line of one. A dynamic import is not needed yet.
        let imported = match line.strip_prefix("import ") {
            Some(rest) if rest.starts_with(['"', '\'']) => quoted_after(line, "import "),
            _ => line.starts_with(['i', '}', 'e']).then(|| quoted_after(line, " from ")).flatten(),
        };
        if let Some(imported) = imported {
            visit(&absolute(imported, path), files, modules);
        }
    }
}

fn quoted_after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = text.split_once(mark)?.1;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

/// Resolves `./a.js` and `../a.js` against the path of the file that contains them.
fn absolute(reference: &str, from: &str) -> String {
    if reference.starts_with('/') {
        return reference.to_owned();
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in reference.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
