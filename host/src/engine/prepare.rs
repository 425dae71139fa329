//! Makes a component ready to be instantiated. Compiled code is cached on disk and memory-mapped: compiling takes
//! seconds, mapping takes milliseconds. Within a process, each set of parts is prepared once, whatever the number of
//! applications.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasmtime::{
    Engine,
    component::{Component, Linker},
};
use wasmtime_wasi_http::p3::bindings::ServicePre;

use super::{code_cache::CodeCache, compose::Parts, engine, refusals, state::State};
use crate::{
    key_value::{self, KeyValue},
    memory,
    sqlite::{self, Sqlite},
    variables::{self, Variables},
};

/// A component that can be instantiated.
pub type Prepared = ServicePre<State>;

/// Composes and compiles a component, or loads the code that an earlier run compiled.
pub fn prepare(parts: Parts, name: &str, cache: &CodeCache) -> Result<Prepared> {
    static PREPARED: Mutex<Option<HashMap<[u8; 32], Prepared>>> = Mutex::new(None);
    let engine = engine()?;
    let key = cache_key(&parts, engine);
    // Held while compiling, so that a second application with the same parts waits instead of compiling them too.
    let mut prepared = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
    let prepared = prepared.get_or_insert_default();
    if let Some(ready) = prepared.get(&key) {
        return Ok(ready.clone());
    }
    let component = match cache.load(engine, &key) {
        Some(component) => component,
        None => compile(engine, parts, name, cache, &key)?,
    };
    let ready = link(engine, &component).with_context(|| {
        format!(
            "`{name}` imports an interface that this host does not provide, or does not export \
             `wasi:http/handler@0.3.0`"
        )
    })?;
    prepared.insert(key, ready.clone());
    Ok(ready)
}

fn compile(engine: &Engine, parts: Parts, name: &str, cache: &CodeCache, key: &[u8; 32]) -> Result<Component> {
    let bytes = parts.compose()?;
    tracing::info!(component = name, "compiling (once: the result is cached)");
    let component = Component::new(engine, &bytes)
        .map_err(anyhow::Error::from)
        .with_context(|| format!("could not compile `{name}`"))?;
    cache.store(&component, key);
    drop(bytes);
    // The code of a file is mapped and shared; the code in `component` is private memory.
    let component = cache.load(engine, key).unwrap_or(component);
    // Compiling takes 130 MB.
    memory::release();
    Ok(component)
}

fn cache_key(parts: &Parts, engine: &Engine) -> [u8; 32] {
    let mut compatibility = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut compatibility);
    let mut hasher = Sha256::new();
    hasher.update(compatibility.finish().to_le_bytes());
    parts.identity(|bytes| hasher.update(bytes));
    hasher.finalize().into()
}

fn link(engine: &Engine, component: &Component) -> Result<Prepared> {
    let mut linker = Linker::<State>::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    sqlite::add_to_linker::<_, Sqlite>(&mut linker, State::sqlite)?;
    key_value::add_to_linker::<_, KeyValue>(&mut linker, State::key_value)?;
    variables::add_to_linker::<_, Variables>(&mut linker, State::variables)?;
    refusals::add_to_linker(&mut linker, component)?;
    Ok(ServicePre::new(linker.instantiate_pre(component)?)?)
}
