//! Makes the OpenAPI document from the table of routes.

use std::fmt::Write as _;

use utoipa::{
    ToSchema,
    openapi::{
        ContentBuilder, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ResponseBuilder, Server,
        path::{Operation, OperationBuilder},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{problems, records};
use crate::{
    extract::describe::Route,
    problem::Code,
    routes,
    schema::{album::Album, problem::Problem},
};

pub fn make() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0"));
    let info = InfoBuilder::new()
        .title("Vinyl Vault")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(description()))
        .license(Some(license.build()));
    let mut server = Server::new("/");
    server.description = Some("The installation that serves this document.".to_owned());
    let mut api = OpenApiBuilder::new().info(info.build()).servers(Some([server])).build();
    add_schema::<Album>(&mut api);
    add_schema::<Problem>(&mut api);
    for route in routes::describe() {
        add_route(&mut api, route);
    }
    records::complete(&mut api.components.get_or_insert_default().schemas);
    add_security_schemes(&mut api);
    for (path, name, description, media_type, summary) in [
        ("/api/openapi.json", "document", "The document.", "application/json", "This API for tools: OpenAPI 3.1."),
        ("/api/docs", "page", "The page.", "text/html", "This API for people. The page runs no script."),
    ] {
        let operation = served_by_assets(name, description, media_type, summary);
        api.paths.add_path_operation(path, vec![HttpMethod::Get], operation);
    }
    api
}

/// Lists the problem codes where readers look first.
fn description() -> String {
    let mut text = "A record collection that is yours. JSON in UTF-8; times are RFC 3339, UTC. Every response has \
        `x-request-id`. A body may have 1 MiB, that of a sync or an import 20 MiB. Unknown fields and parameters are \
        refused. Errors are RFC 9457 problems with a stable `code`:\n\n| Code | Status | Meaning |\n|---|---|---|\n"
        .to_owned();
    for (_, status, name, meaning) in Code::TABLE {
        let _ = writeln!(text, "| `{name}` | {} | {meaning} |", status.as_u16());
    }
    text
}

fn add_route(api: &mut OpenApi, route: Route) {
    let Route { path, method, mut operation, schemas, codes } = route;
    api.components.get_or_insert_default().schemas.extend(schemas);
    problems::add(path, &method, &mut operation, codes);
    name_uniquely(&mut operation);
    api.paths.add_path_operation(path, vec![method], operation);
}

/// A handler's name is unique in its module only; generated clients need names that are unique in the API.
fn name_uniquely(operation: &mut Operation) {
    let tag = operation.tags.iter().flatten().next();
    operation.operation_id = tag.zip(operation.operation_id.as_ref()).map(|(tag, name)| format!("{tag}_{name}"));
}

fn add_schema<T: ToSchema>(api: &mut OpenApi) {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    api.components.get_or_insert_default().schemas.extend(schemas);
}

fn add_security_schemes(api: &mut OpenApi) {
    let components = api.components.get_or_insert_default();
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let token =
        token.description(Some("The `access_token` of login, register or refresh. It is valid for 15 minutes."));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    let secret = ApiKeyValue::with_description("X-Init-Secret", "The variable `init_secret`.");
    let scheduler = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The variable `jobs_token`."));
    components.add_security_scheme("jobs_token", SecurityScheme::Http(scheduler.build()));
    components.add_security_scheme("init_secret", SecurityScheme::ApiKey(ApiKey::Header(secret)));
}

/// The two routes of the API that the component `assets` serves.
fn served_by_assets(name: &str, description: &str, media_type: &str, summary: &str) -> Operation {
    let content = ContentBuilder::new().build();
    let response = ResponseBuilder::new().description(description).content(media_type, content).build();
    OperationBuilder::new()
        .operation_id(Some(format!("documentation_{name}")))
        .tag("documentation")
        .summary(Some(summary))
        .response("200", response)
        .securities(Some([]))
        .build()
}

#[test]
fn the_document_has_the_version_of_the_gateway() {
    let document: serde_json::Value = serde_json::from_str(super::DOCUMENT).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}
