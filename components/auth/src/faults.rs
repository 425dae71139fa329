//! Faults of an input, collected so that all of them are told at once.

use crate::contract::{Error, FieldError};

#[derive(Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// The checked value; or `None`, and the fault is noted under the field's name.
    pub fn check<T>(&mut self, field: &str, checked: Result<T, &str>) -> Option<T> {
        checked.map_err(|message| self.0.push(FieldError { field: field.into(), message: message.into() })).ok()
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::Invalid(faults.0)
    }
}
