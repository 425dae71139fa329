//! The OpenAPI document, made from the annotations of the handlers. Only tests do this: in the component it would cost
//! 0.5 MiB, and time in each instance.

use std::{collections::BTreeSet, fmt::Write as _};

use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Required, ResponseBuilder, Schema,
        path::{Operation, ParameterIn, PathItem},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{agrees, page};
use crate::{
    album, albums, auth, chat, crates, discogs, health, history, openapi, problem::Code, routes, sync, system, transfer,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Vinyl Vault", description = "A record collection that is yours.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    paths(
        health::live, system::health, system::status, system::maintain, system::initialize,
        auth::register, auth::login, auth::refresh, auth::logout, auth::me, auth::update_me, auth::delete_me,
        auth::change_password, auth::sessions, auth::revoke_session,
        albums::list, albums::create, sync::sync, sync::changes, albums::stats, albums::owned, albums::empty_trash,
        transfer::import, transfer::export,
        crates::list, crates::create, crates::patch, crates::delete, history::list, history::restore, albums::read, albums::replace, albums::patch,
        albums::delete, albums::restore,
        discogs::search, discogs::release, discogs::price, discogs::cover,
        chat::ask, chat::conversations, chat::conversation, chat::rename, chat::delete, chat::providers, chat::store_key,
        chat::key, chat::delete_key,
        openapi::document, openapi::page,
    ),
    components(schemas(album::Album, Problem)),
    modifiers(&Description, &Names, &Identity, &Patch, &Problems),
)]
struct Api;

/// RFC 9457. `code` is stable: decide by it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
struct Problem {
    /// Leads to the documentation of the code.
    #[schema(example = "/api/docs#invalid_input")]
    r#type: String,
    title: String,
    status: u16,
    /// For people.
    detail: String,
    #[schema(example = "invalid_input")]
    code: String,
    /// As the header `x-request-id`.
    request_id: String,
    /// What is wrong with the input, field by field.
    #[schema(nullable = false)]
    errors: Option<Vec<FieldError>>,
    /// With `version_conflict`: the version now.
    #[schema(nullable = false)]
    version: Option<i64>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "described, never constructed")]
struct FieldError {
    /// A field's path (`albums[3].year`), a parameter's or a header's name.
    field: String,
    message: String,
}

/// Lists the codes where everybody looks first.
struct Description;

impl Modify for Description {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let mut text = "A record collection that is yours. JSON in UTF-8; times are RFC 3339, UTC. Every answer has \
            `x-request-id`. Bodies may have 1 MiB, that of a sync or an import 20 MiB. Unknown fields and parameters are refused. \
            Errors are RFC 9457 problems with a stable `code`:\n\n| Code | Status | Meaning |\n|---|---|---|\n"
            .to_owned();
        for (_, status, name, meaning) in Code::TABLE {
            let _ = writeln!(text, "| `{name}` | {} | {meaning} |", status.as_u16());
        }
        api.info.description = Some(text);
    }
}

/// A function's name is enough in its module; generated clients need one that is enough in the whole API.
struct Names;

impl Modify for Names {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        for item in api.paths.paths.values_mut() {
            let PathItem { get, put, post, patch, delete, .. } = item;
            for operation in [get, put, post, patch, delete].into_iter().flatten() {
                let tag = operation.tags.iter().flatten().next();
                operation.operation_id =
                    tag.zip(operation.operation_id.as_ref()).map(|(tag, name)| format!("{tag}_{name}"));
            }
        }
    }
}

/// How callers prove who they are.
struct Identity;

impl Modify for Identity {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
        let token =
            token.description(Some("The `access_token` of login, register or refresh; lives 15 minutes.")).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let secret = ApiKeyValue::with_description("X-Init-Secret", "The variable `init_secret`.");
        components.add_security_scheme("init_secret", SecurityScheme::ApiKey(ApiKey::Header(secret)));
    }
}

/// `AlbumPatch` is `NewAlbum` with nothing required.
struct Patch;

impl Modify for Patch {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        if let Some(RefOr::T(Schema::Object(album))) = components.schemas.get("NewAlbum") {
            let mut patch = album.clone();
            patch.required.clear();
            patch.description = Some(
                "JSON Merge Patch (RFC 7396): fields that are absent stay as they are, `null` removes one.".into(),
            );
            components.schemas.insert("AlbumPatch".to_owned(), RefOr::T(Schema::Object(patch)));
        }
    }
}

/// Which problems a route may answer with follows from what it takes.
struct Problems;

impl Modify for Problems {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        for (path, item) in &mut api.paths.paths {
            // Documentation and the health of the gateway cannot fail.
            if path == health::PATH || path.starts_with("/api/openapi") || path.starts_with("/api/docs") {
                continue;
            }
            let PathItem { get, put, post, patch, delete, .. } = item;
            for operation in [get, put, post, patch, delete].into_iter().flatten() {
                let codes = codes(path, operation);
                for (_, status, ..) in Code::TABLE {
                    let names = Code::TABLE.iter().filter(|row| row.1 == *status && codes.contains(&row.0));
                    let names: Vec<_> = names.map(|row| row.2).collect();
                    if !names.is_empty() {
                        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
                        let response = ResponseBuilder::new()
                            .description(format!("`{}`", names.join("`, `")))
                            .content("application/problem+json", problem)
                            .build();
                        operation.responses.responses.entry(status.as_str().to_owned()).or_insert(response.into());
                    }
                }
            }
        }
    }
}

fn codes(path: &str, operation: &Operation) -> Vec<Code> {
    let has = |place: ParameterIn, name: Option<&str>| {
        operation.parameters.iter().flatten().any(|parameter| match parameter {
            RefOr::T(parameter) => parameter.parameter_in == place && name.is_none_or(|name| parameter.name == name),
            RefOr::Ref(_) => false,
        })
    };
    let mut codes = vec![Code::Internal, Code::Misconfigured, Code::Unavailable, Code::SchemaNewer];
    if operation.security.is_some() || path == "/api/auth/refresh" {
        codes.extend([Code::InvalidHeader, Code::Unauthenticated]);
    }
    if let Some(body) = &operation.request_body {
        codes.extend([Code::InvalidHeader, Code::InvalidBody, Code::MalformedJson, Code::BodyTooLarge]);
        codes.extend([Code::UnsupportedMediaType, Code::InvalidInput]);
        if matches!(body, RefOr::T(body) if body.required != Some(Required::True)) {
            codes.push(Code::Unauthenticated);
        }
    }
    if has(ParameterIn::Query, None) {
        codes.extend([Code::InvalidQuery, Code::InvalidInput]);
    }
    if has(ParameterIn::Path, None) {
        codes.push(Code::NotFound);
    }
    if has(ParameterIn::Header, Some("if-match")) {
        codes.push(Code::VersionConflict);
    }
    if path.starts_with("/system") {
        codes.push(Code::Forbidden);
    }
    if path.starts_with("/api/discogs")
        || path.starts_with("/cache")
        || (path == "/api/collection" && operation.request_body.is_some())
    {
        codes.extend([Code::DiscogsBusy, Code::DiscogsFailed]);
    }
    match path {
        "/api/chat" => codes.extend([
            Code::NotFound,
            Code::QuotaExceeded,
            Code::KeyUnreadable,
            Code::ProviderRefused,
            Code::ProviderFailed,
            Code::AnswerCutOff,
            Code::ProviderBusy,
            Code::ProviderTimeout,
        ]),
        "/api/chat/key" if operation.request_body.is_none() => codes.push(Code::NotFound),
        "/api/auth/register" => codes.push(Code::EmailTaken),
        "/api/auth/login" | "/api/auth/password" => codes.push(Code::BadCredentials),
        "/api/auth/me" if operation.request_body.is_some() => codes.extend([Code::BadCredentials, Code::EmailTaken]),
        _ => {}
    }
    codes
}

#[test]
fn the_files_are_those_that_the_code_describes() {
    let document = Api::openapi().to_pretty_json().unwrap() + "\n";
    agrees("openapi.json", &document, openapi::DOCUMENT);
    agrees("openapi.html", &page::render(&serde_json::from_str(&document).unwrap()).unwrap(), openapi::PAGE);
}

#[test]
fn the_table_of_routes_and_the_document_agree() {
    let document: serde_json::Value = serde_json::from_str(openapi::DOCUMENT).unwrap();
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (path.clone(), method.clone())))
        .collect();
    let routed: BTreeSet<(String, String)> = routes::TABLE
        .iter()
        .flat_map(|(path, methods)| methods.iter().map(move |method| (path.to_string(), method.to_string())))
        .chain(openapi::SERVED_BY_ASSETS.map(|(path, method)| (path.to_owned(), method.to_owned())))
        .collect();
    assert_eq!(described, routed);
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_reference_leads_somewhere() {
    let text = openapi::DOCUMENT;
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    for reference in text.split(r##""$ref":"#"##).skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn nothing_is_open_by_oversight() {
    let document: serde_json::Value = serde_json::from_str(openapi::DOCUMENT).unwrap();
    let open: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
        })
        .filter(|(_, _, operation)| operation.get("security").is_none())
        .map(|(path, method, _)| format!("{method} {path}"))
        .collect();
    assert_eq!(
        open,
        [
            "post /api/auth/login",
            "post /api/auth/refresh",
            "post /api/auth/register",
            "get /api/docs",
            "get /api/health",
            "get /api/openapi.json",
            "get /cache/images/{file}",
            "get /system/health",
        ]
    );
}
