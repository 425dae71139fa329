//! The request that the host sends again and again, and the token by which the application knows that it is the host's.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use hyper::header::HeaderValue;

use crate::{http::Tick, manifest::VariableValues};

/// See [`Application::ticks`](super::Application::ticks).
#[derive(Debug, Clone)]
pub struct Ticks {
    pub path: String,
    pub every: Duration,
    /// The name of a variable.
    pub token_from: String,
}

impl Ticks {
    pub fn tick(&self, values: &mut VariableValues) -> Result<Tick> {
        let authorization = authorization(values, &self.token_from)?;
        Ok(Tick { path: self.path.clone(), every: self.every, authorization })
    }
}

/// Returns the header `Authorization` with the value of a variable. An empty one gets a random value first.
fn authorization(values: &mut VariableValues, variable: &str) -> Result<HeaderValue> {
    let token =
        values.get_mut(variable).with_context(|| format!("the manifest has no variable `{variable}` for ticks"))?;
    if token.is_empty() {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system has no randomness: {error}"))?;
        *token = hex::encode(bytes);
    }
    let header = HeaderValue::try_from(format!("Bearer {}", token.trim()));
    let mut header = header.with_context(|| format!("the variable `{variable}` has control characters"))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_token_becomes_a_random_one_and_another_is_kept() {
        let mut values = VariableValues::from([("token".to_owned(), String::new())]);
        let header = authorization(&mut values, "token").unwrap();
        assert_eq!(values["token"].len(), 64);
        assert_eq!(header.to_str().unwrap(), format!("Bearer {}", values["token"]));
        assert_eq!(authorization(&mut values, "token").unwrap(), header);
        assert!(authorization(&mut values, "other").is_err());
    }
}
