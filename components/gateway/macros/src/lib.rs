//! The attribute `#[operation(…)]` of the gateway's handlers.

use proc_macro::{Delimiter, Group, TokenStream, TokenTree};

/// Describes a handler for the OpenAPI document: its tag and its responses, as `utoipa::path` takes them. The summary
/// is the handler's doc comment.
///
/// Method and path are in the table of routes; parameters, body and security follow from the handler's arguments. So
/// this passes placeholders for method and path, which `utoipa::path` requires. The description belongs to a type that
/// has the handler's name, so that the table finds both by one path. It is compiled for tests only: in the component it
/// would cost 0.5 MiB.
#[proc_macro_attribute]
pub fn operation(description: TokenStream, handler: TokenStream) -> TokenStream {
    let Some(name) = function_name(&handler) else {
        return parse(r#"compile_error!("`operation` is an attribute of functions");"#);
    };
    let mut arguments = parse(&format!(r#"get, path = "", impl_for = {name},"#));
    arguments.extend(description);
    let mut condition = parse("test, utoipa::path");
    condition.extend([in_group(Delimiter::Parenthesis, arguments)]);
    let mut attribute = parse("cfg_attr");
    attribute.extend([in_group(Delimiter::Parenthesis, condition)]);

    let mut expanded = parse(&format!(
        r#"#[cfg(test)] #[allow(non_camel_case_types, reason = "named like its handler")] pub enum {name} {{}} #"#
    ));
    expanded.extend([in_group(Delimiter::Bracket, attribute)]);
    expanded.extend(handler);
    expanded
}

/// The identifier after `fn`.
fn function_name(item: &TokenStream) -> Option<String> {
    let mut tokens = item.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(word) if word.to_string() == "fn"))?;
    tokens.next().map(|name| name.to_string())
}

fn in_group(delimiter: Delimiter, tokens: TokenStream) -> TokenTree {
    Group::new(delimiter, tokens).into()
}

/// Parses a text of this file, which is always valid.
fn parse(text: &str) -> TokenStream {
    text.parse().expect("valid tokens")
}
