//! `spin:variables@3.0.0`: the values that the manifest gives to a component.

use std::collections::HashMap;

use wasmtime::component::{Accessor, HasData};

use self::bindings::spin::variables::variables::{Error, Host, HostWithStore};

mod bindings {
    wasmtime::component::bindgen!({ path: "wit", world: "host:imports/variables" });
}

pub use self::bindings::spin::variables::variables::add_to_linker;

/// Gives the interface access to a store's data.
pub struct Variables;

/// The values of one component, by name.
pub struct VariablesView<'a>(pub &'a HashMap<String, String>);

impl HasData for Variables {
    type Data<'a> = VariablesView<'a>;
}

impl Host for VariablesView<'_> {}

impl<T: 'static> HostWithStore<T> for Variables {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> Result<String, Error> {
        accessor.with(|mut access| match access.get().0.get(&name) {
            Some(value) => Ok(value.clone()),
            None if !is_valid_name(&name) => Err(Error::InvalidName(name)),
            None => Err(Error::Undefined(name)),
        })
    }
}

fn is_valid_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
