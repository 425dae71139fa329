//! A secret that the installation generates for itself, if the operator configured none.

use crate::{
    error::{Error, Result},
    random,
};

/// Returns the stored secret; if there is none, generates one (256 random bits, as text), stores it and returns it.
///
/// `load` reads the secret from the component's own table. `insert` writes a candidate, and must do nothing if the
/// table has a secret already (`INSERT … ON CONFLICT DO NOTHING`). The secret is read again after the insert: when
/// several instances start at the same time, only one candidate is stored, and all of them must use that one.
///
/// # Errors
/// The errors of `load` and `insert`; [`Error::Internal`] if the host has no randomness or the secret was not stored.
pub async fn installation_secret<E: From<Error>>(
    load: impl AsyncFn() -> Result<Option<String>, E>,
    insert: impl AsyncFnOnce(String) -> Result<(), E>,
) -> Result<String, E> {
    if let Some(secret) = load().await? {
        return Ok(secret);
    }
    insert(random::hex::<32>()?).await?;
    load().await?.ok_or_else(|| Error::Internal("the installation's secret was not stored".to_owned()).into())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_lite::future::{block_on, yield_now};

    use super::*;

    /// As the table does: the first insert wins.
    async fn insert(row: &RefCell<Option<String>>, candidate: String) -> Result<()> {
        row.borrow_mut().get_or_insert(candidate);
        Ok(())
    }

    #[test]
    fn a_secret_is_generated_once() {
        let row = RefCell::new(None);
        let secret =
            || block_on(installation_secret(async || Ok(row.borrow().clone()), async |c| insert(&row, c).await));
        let first = secret().unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(secret().unwrap(), first);
    }

    #[test]
    fn instances_that_start_together_agree_on_one_secret() {
        let row = RefCell::new(None);
        // Both find no secret before either of them has stored one.
        let instance = || async {
            let load = async || {
                let found = row.borrow().clone();
                yield_now().await;
                Ok::<_, Error>(found)
            };
            installation_secret(load, async |c| insert(&row, c).await).await
        };
        let (one, other) = block_on(futures_lite::future::zip(instance(), instance()));
        assert_eq!(one.unwrap(), other.unwrap());
    }

    #[test]
    fn a_secret_that_was_not_stored_is_not_used() {
        let lost = block_on(installation_secret::<Error>(async || Ok(None), async |_| Ok(())));
        assert!(matches!(lost, Err(Error::Internal(_))));
    }
}
