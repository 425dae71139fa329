//! Refuses calls to the interfaces that a dependency does not inherit.
//!
//! The composition connects such a dependency not to the host's interface but to an import with a name like
//! `denied0:spin-sqlite/sqlite@3.1.0`, which is linked here. The refusals are Spin's: `access-denied` for SQLite and
//! key-value, `undefined` for variables, `internal-error` for HTTP.

use wasmtime::{
    Result, bail,
    component::{
        Component, Linker, LinkerInstance, Resource, ResourceType, Val,
        types::{ComponentFunc, ComponentItem, Type},
    },
};
use wasmtime_wasi_http::p3::{Request, Response, bindings::http::types::ErrorCode};

use super::state::State;
use crate::manifest::Inheritance;

const PREFIX: &str = "denied";
const HTTP_REFUSAL: &str = "the configuration `allowed_outbound_hosts` is not inherited";

/// The kind of permission that an interface needs. Clocks, random numbers and standard output need none; environment,
/// files and sockets are empty for all components.
fn permission_kind(import: &str) -> Option<&'static str> {
    let interface = import.split('@').next().unwrap_or(import);
    match interface {
        "spin:sqlite/sqlite" => Some("sqlite_databases"),
        "spin:key-value/key-value" => Some("key_value_stores"),
        "spin:variables/variables" => Some("variables"),
        "wasi:http/client" => Some("allowed_outbound_hosts"),
        _ => None,
    }
}

/// Returns the name of the refusing import that replaces `import` of the dependency `index`; `None` if it is inherited.
pub fn denied_name(index: usize, import: &str, inherit: &Inheritance) -> Option<String> {
    let kind = permission_kind(import)?;
    let inherited = match inherit {
        Inheritance::All => true,
        Inheritance::Nothing => false,
        Inheritance::Kinds(kinds) => kinds.iter().any(|k| k == kind),
    };
    (!inherited).then(|| format!("{PREFIX}{index}:{}", import.replacen(':', "-", 1)))
}

/// Links the refusing imports of a composed component.
pub fn add_to_linker(linker: &mut Linker<State>, component: &Component) -> Result<()> {
    let engine = linker.engine().clone();
    for (name, item) in component.component_type().imports(&engine) {
        if !name.starts_with(PREFIX) {
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

/// The resources of a denied interface; none is ever created.
struct Denied;

fn refuse(instance: &mut LinkerInstance<'_, State>, name: &str, function: &ComponentFunc) -> Result<()> {
    if function.async_() {
        instance.func_new_concurrent(name, |_, function, arguments, results| {
            let refused = write_refusal(&function, arguments, results);
            Box::pin(async move { refused })
        })
    } else {
        instance.func_new(name, |_, function, arguments, results| write_refusal(&function, arguments, results))
    }
}

/// `wasi:http/client` shares its resources with `wasi:http/types`, and `send` takes ownership of its request.
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

/// Writes the error that the function's type has for a refusal.
fn write_refusal(function: &ComponentFunc, arguments: &[Val], results: &mut [Val]) -> Result<()> {
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
