//! What the arguments of a handler read, for the OpenAPI document. Compiled for tests only.

use serde_json::{Value, json};
use utoipa::{
    __dev::{SchemaReferences, Tags},
    PartialSchema, Path, ToSchema,
    openapi::{
        ContentBuilder, HttpMethod, Ref, RefOr, Required, Response, Schema,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
        security::SecurityRequirement,
    },
};

use super::query;
use crate::problem::Code;

type Schemas = Vec<(String, RefOr<Schema>)>;

/// An argument of a handler. By default, it reads nothing that the document describes.
pub trait DescribeInput {
    fn describe(_inputs: &mut Inputs) {}
}

/// What the arguments of a handler read.
#[derive(Default)]
pub struct Inputs {
    pub parameters: Vec<Parameter>,
    pub body: Option<RequestBody>,
    /// Alternatives; none: the route is open.
    pub security: Vec<SecurityRequirement>,
    /// The problems that reading can fail with.
    pub codes: Vec<Code>,
    /// Responses without a body: status and description.
    pub responses: Vec<(&'static str, &'static str)>,
    schemas: Schemas,
}

/// A line of the table of routes.
pub struct Route {
    pub path: &'static str,
    pub method: HttpMethod,
    pub operation: Operation,
    pub schemas: Schemas,
    pub codes: Vec<Code>,
}

impl Inputs {
    /// Any one of the schemes is required.
    pub fn secured_by(&mut self, schemes: &[&str]) {
        self.security.extend(schemes.iter().map(|scheme| SecurityRequirement::new(*scheme, [""; 0])));
        self.codes.extend([Code::InvalidHeader, Code::Unauthenticated]);
    }

    pub fn optionally_secured_by(&mut self, scheme: &str) {
        self.security.push(SecurityRequirement::default());
        self.secured_by(&[scheme]);
    }

    pub fn path_parameter<T: PartialSchema>(&mut self, name: &str, description: &str) {
        self.parameters.push(parameter(name, ParameterIn::Path, true, description, T::schema()));
        self.codes.push(Code::NotFound);
    }

    pub fn json_body<T: ToSchema>(&mut self, required: bool) {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build();
        let body = RequestBodyBuilder::new().content("application/json", content);
        self.body = Some(body.required(required.then_some(Required::True)).build());
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
    }

    pub fn file_body(&mut self, description: &str, media_types: &[&str]) {
        let mut body = RequestBodyBuilder::new().description(Some(description)).required(Some(Required::True));
        for media_type in media_types {
            body = body.content(*media_type, ContentBuilder::new().schema(Some(String::schema())).build());
        }
        self.body = Some(body.build());
    }
}

impl Route {
    /// `D` is the description that `#[operation(…)]` made of the handler.
    pub fn new<D: Path + SchemaReferences + for<'t> Tags<'t>, H: Handler<A>, A>(
        path: &'static str,
        method: &str,
        _handler: H,
    ) -> Self {
        let mut inputs = Inputs::default();
        H::describe(&mut inputs);
        let Inputs { parameters, body, security, codes, responses, mut schemas } = inputs;
        D::schemas(&mut schemas);
        let mut operation = D::operation();
        operation.tags = Some(D::tags().into_iter().map(str::to_owned).collect());
        operation.parameters = (!parameters.is_empty()).then(|| parameters.into_iter().map(RefOr::T).collect());
        operation.request_body = body.map(RefOr::T).or(operation.request_body);
        operation.security = Some(security);
        for (status, description) in responses {
            operation.responses.responses.insert(status.to_owned(), Response::new(description).into());
        }
        Self { path, method: serde_json::from_value(json!(method)).expect("a method"), operation, schemas, codes }
    }
}

/// A handler, by the types of its arguments.
pub trait Handler<A> {
    fn describe(inputs: &mut Inputs);
}

impl<H: Fn() -> F, F> Handler<()> for H {
    fn describe(_: &mut Inputs) {}
}

macro_rules! handler_of {
    ($($argument:ident),+) => {
        impl<H, F, $($argument),+> Handler<($($argument,)+)> for H
        where
            H: Fn($($argument),+) -> F,
            $($argument: DescribeInput,)+
        {
            fn describe(inputs: &mut Inputs) {
                $($argument::describe(inputs);)+
            }
        }
    };
}

handler_of!(A);
handler_of!(A, B);
handler_of!(A, B, C);
handler_of!(A, B, C, D);
handler_of!(A, B, C, D, E);

/// An argument that may fail without failing the request.
impl<T: DescribeInput, E> DescribeInput for Result<T, E> {
    fn describe(inputs: &mut Inputs) {
        T::describe(inputs);
    }
}

/// Extensions of a request come from the gateway itself.
impl<T> DescribeInput for axum::Extension<T> {}

/// An optional header whose value has the schema of a string with these keywords.
pub fn header_parameter(name: &str, description: &str, keywords: Value) -> Parameter {
    let schema = with_keywords(json!({"type": "string"}), keywords);
    parameter(name, ParameterIn::Header, false, description, schema)
}

/// A parameter of a query, with the lines of its doc comment and more keywords of its schema.
pub fn query_parameter<T: query::parameter::Parameter>(name: &str, doc: &[&str], keywords: Value) -> Parameter {
    let schema = with_keywords(T::schema(), keywords);
    let description = doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    parameter(name, ParameterIn::Query, T::REQUIRED, &description, schema)
}

fn with_keywords(mut schema: Value, keywords: Value) -> RefOr<Schema> {
    for (keyword, value) in keywords.as_object().into_iter().flatten() {
        schema[keyword] = value.clone();
    }
    serde_json::from_value(schema).expect("a schema")
}

fn parameter(
    name: &str,
    parameter_in: ParameterIn,
    required: bool,
    description: &str,
    schema: RefOr<Schema>,
) -> Parameter {
    let required = if required { Required::True } else { Required::False };
    let parameter = ParameterBuilder::new().name(name).parameter_in(parameter_in).required(required);
    let description = Some(description).filter(|description| !description.is_empty());
    parameter.description(description).schema(Some(schema)).build()
}
