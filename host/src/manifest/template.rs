//! Templates in the manifest: text with `{{ name }}` in place of a variable's value.

use anyhow::{Result, bail};

use super::VariableValues;

/// Replaces each `{{ name }}` with the variable's value.
pub fn render(template: &str, values: &VariableValues) -> Result<String> {
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

#[cfg(test)]
mod tests {
    use super::{VariableValues, names_in, render};

    #[test]
    fn a_template_gets_the_values_of_its_names() {
        let values = VariableValues::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(render("x{{a}}y{{ a }}", &values).unwrap(), "x1y1");
        assert_eq!(render("plain", &values).unwrap(), "plain");
        assert_eq!(names_in("{{ a }}-{{b}}"), ["a", "b"]);
    }

    #[test]
    fn an_unknown_name_and_a_missing_brace_are_refused() {
        let values = VariableValues::new();
        assert!(render("{{ b }}", &values).is_err());
        assert!(render("{{ a", &values).is_err());
    }
}
