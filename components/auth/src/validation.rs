//! Collects the faults of an input, so that one response lists all of them.

use crate::contract::{Error, FieldError};

#[derive(Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Returns the checked value, or `None` after adding the fault under the field's name.
    pub fn check<T>(&mut self, field: &str, checked: Result<T, &str>) -> Option<T> {
        checked.map_err(|message| self.0.push(FieldError { field: field.into(), message: message.into() })).ok()
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults.0)
    }
}
