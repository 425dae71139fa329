//! What a dependency does not inherit is cut off.
//!
//! The composition passes such a dependency, instead of the host's interface, an import of its own
//! under a name like `denied0:spin-sqlite/sqlite@3.1.0`; here the linker answers that name. The
//! refusals are Spin's: `access-denied` for SQLite and key-value, `undefined` for variables,
//! `internal-error` for HTTP.

use wasmtime::component::types::{ComponentFunc, ComponentItem, Type};
use wasmtime::component::{Component, Linker, LinkerInstance, Resource, ResourceType, Val};
use wasmtime::{Result, bail};
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};

use crate::manifest::Inherit;
use crate::state::State;

/// The kinds that `inherit_configuration` can list.
pub const KINDS: &[&str] = &[
    "ai_models",
    "allowed_outbound_hosts",
    "environment",
    "files",
    "key_value_stores",
    "sqlite_databases",
    "variables",
];

const MARK: &str = "denied";
const HTTP_REFUSAL: &str = "the configuration `allowed_outbound_hosts` is not inherited";

/// The kind of permission that an interface needs. Interfaces that give no access to anything of
/// the gateway's (clocks, random, standard output) need none; environment, files and sockets are
/// empty for everyone.
fn kind_of(import: &str) -> Option<&'static str> {
    let interface = import.split('@').next().unwrap_or(import);
    match interface {
        "spin:sqlite/sqlite" => Some("sqlite_databases"),
        "spin:key-value/key-value" => Some("key_value_stores"),
        "spin:variables/variables" => Some("variables"),
        "wasi:http/client" => Some("allowed_outbound_hosts"),
        _ => None,
    }
}

/// The name under which the import of the `index`th dependency is denied, if it is.
pub fn denied_name(index: usize, import: &str, inherit: &Inherit) -> Option<String> {
    let kind = kind_of(import)?;
    let inherited = match inherit {
        Inherit::All => true,
        Inherit::Nothing => false,
        Inherit::Kinds(kinds) => kinds.iter().any(|k| k == kind),
    };
    (!inherited).then(|| format!("{MARK}{index}:{}", import.replacen(':', "-", 1)))
}

/// Defines the refusals that a composed component imports.
pub fn add_refusals(linker: &mut Linker<State>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    for (name, item) in component.component_type().imports(&engine) {
        if !name.starts_with(MARK) {
            continue;
        }
        let ComponentItem::ComponentInstance(instance) = item.ty else {
            continue;
        };
        let mut refusing = linker.instance(name)?;
        if name.contains(":wasi-http/client") {
            refuse_http(&mut refusing)?;
            continue;
        }
        for (name, item) in instance.exports(&engine) {
            match item.ty {
                ComponentItem::Resource(_) => {
                    refusing.resource(name, ResourceType::host::<Denied>(), |_, _| Ok(()))?;
                }
                ComponentItem::ComponentFunc(function) => {
                    refuse(&mut refusing, name, &function)?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The resources of a denied interface; none is ever made.
struct Denied;

fn refuse(instance: &mut LinkerInstance<'_, State>, name: &str, function: &ComponentFunc) -> Result<()> {
    if function.async_() {
        instance.func_new_concurrent(name, |_, function, arguments, results| {
            let refused = answer(&function, arguments, results);
            Box::pin(async move { refused })
        })
    } else {
        instance.func_new(name, |_, function, arguments, results| answer(&function, arguments, results))
    }
}

/// `wasi:http/client` shares its resources with `wasi:http/types`, and `send` owns its request.
fn refuse_http(instance: &mut LinkerInstance<'_, State>) -> Result<()> {
    instance.resource("request", ResourceType::host::<Request>(), |_, _| Ok(()))?;
    instance.resource("response", ResourceType::host::<Response>(), |_, _| Ok(()))?;
    instance.func_wrap_concurrent("send", |accessor, (request,): (Resource<Request>,)| {
        Box::pin(async move {
            accessor.with(|mut access| access.get().table.delete(request))?;
            let why = ErrorCode::InternalError(Some(HTTP_REFUSAL.to_owned()));
            Ok((Err::<Resource<Response>, _>(why),))
        })
    })
}

/// Fills in the error that the function's type offers for a refusal.
fn answer(function: &ComponentFunc, arguments: &[Val], results: &mut [Val]) -> Result<()> {
    let Some(Type::Result(result)) = function.results().next() else {
        bail!("a denied interface was called");
    };
    let Some(Type::Variant(error)) = result.err() else {
        bail!("a denied interface was called");
    };
    let refusal = error.cases().find_map(|case| match case.name {
        "access-denied" => Some(Val::Variant("access-denied".to_owned(), None)),
        "undefined" => {
            let name = arguments.first().cloned().unwrap_or(Val::String(String::new()));
            Some(Val::Variant("undefined".to_owned(), Some(Box::new(name))))
        }
        _ => None,
    });
    match (refusal, results.first_mut()) {
        (Some(refusal), Some(slot)) => {
            *slot = Val::Result(Err(Some(Box::new(refusal))));
            Ok(())
        }
        _ => bail!("a denied interface was called"),
    }
}
