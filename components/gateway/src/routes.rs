//! The table of all routes. `HEAD` works where `GET` does.

mod accounts;
mod albums;
mod chat;
mod chat_keys;
mod conversations;
mod covers;
mod crates;
mod discogs;
mod discogs_import;
mod enrichment;
pub mod health;
mod history;
mod insights;
mod invitations;
mod jobs;
mod musicbrainz;
mod sessions;
mod sync;
pub mod system;
mod transfer;

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    handler::Handler,
    response::Response,
    routing::MethodRouter,
};
use tower_service::Service;

use crate::{
    problem::{Code, Problem},
    trace::Trace,
};

/// Makes the router of the table and, for tests, the description of each route. A handler's name also names the type
/// that describes it: see `gateway_macros::operation`.
macro_rules! table {
    ($($path:literal => $($method:ident $handler:path),+;)+) => {
        pub fn router() -> Router {
            Router::new()
                $(.route($path, MethodRouter::new()$(.$method(ErasedHandler::new($handler)))+))+
                .fallback(async || Problem::not_found())
                .method_not_allowed_fallback(async || {
                    Problem::new(Code::MethodNotAllowed, "This path does not support the method; see the header Allow.")
                })
                .layer(tower_layer::layer_fn(NoteRoute))
        }

        #[cfg(test)]
        pub fn describe() -> Vec<crate::extract::describe::Route> {
            use crate::extract::describe::Route;
            vec![$($(Route::new::<$handler, _, _>($path, stringify!($method), $handler)),+),+]
        }
    };
}

table! {
    "/api/health"                  => get health::live;
    "/system/health"               => get system::health;
    "/system/status"               => get system::status;
    "/system/jobs"                 => get jobs::list;
    "/system/jobs/run"             => post jobs::run;
    "/system/maintenance"          => post system::maintain;
    "/system/initialize-database"  => post system::initialize;
    "/system/invitations"          => get invitations::invitations, post invitations::invite;
    "/system/invitations/{id}"     => delete invitations::delete_invitation;

    "/api/auth/registration"       => get accounts::registration;
    "/api/auth/register"           => post accounts::register;
    "/api/auth/login"              => post sessions::login;
    "/api/auth/refresh"            => post sessions::refresh;
    "/api/auth/logout"             => post sessions::logout;
    "/api/auth/me"                 => get accounts::me, patch accounts::update_me, delete accounts::delete_me;
    "/api/auth/password"           => post accounts::change_password;
    "/api/auth/sessions"           => get sessions::sessions;
    "/api/auth/sessions/{id}"      => delete sessions::revoke_session;

    "/api/collection"              => get albums::list, post albums::create;
    "/api/collection/sync"         => post sync::sync;
    "/api/collection/changes"      => get sync::changes;
    "/api/collection/stats"        => get insights::stats;
    "/api/collection/owned"        => get insights::owned;
    "/api/collection/import"       => post transfer::import;
    "/api/collection/import/discogs" => get discogs_import::read_import, post discogs_import::import_collection,
                                      delete discogs_import::delete_import;
    "/api/collection/export"       => get transfer::export;
    "/api/collection/trash"        => delete albums::empty_trash;
    "/api/collection/enrichment"   => get enrichment::progress, post enrichment::act;
    "/api/collection/crates"       => get crates::list, post crates::create;
    "/api/collection/crates/{uid}" => patch crates::patch, delete crates::delete;
    "/api/collection/{id}"         => get albums::read, put albums::replace, patch albums::patch, delete albums::delete;
    "/api/collection/{id}/restore" => post albums::restore;
    "/api/collection/{id}/history" => get history::list;
    "/api/collection/{id}/history/{lost_id}/restore" => post history::restore;

    "/api/discogs/search"          => get discogs::search;
    "/api/discogs/releases/{id}"   => get discogs::release;
    "/api/discogs/price"           => get discogs::price;
    "/api/musicbrainz/release"     => get musicbrainz::release;
    "/cache/images/{file}"         => get covers::cover;

    "/api/chat"                    => post chat::ask;
    "/api/chat/conversations"      => get conversations::conversations;
    "/api/chat/conversations/{id}" => get conversations::conversation, patch conversations::rename,
                                      delete conversations::delete;
    "/api/chat/providers"          => get chat::providers;
    "/api/chat/key"                => get chat_keys::key, put chat_keys::store_key, delete chat_keys::delete_key;
}

/// A handler without its type: axum makes about ten functions for each type of handler, together 3 kB a route.
#[derive(Clone, Copy)]
struct ErasedHandler(&'static (dyn Fn(Request) -> HandlerFuture + Send + Sync));

type HandlerFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

impl ErasedHandler {
    /// Leaks nothing: a handler is a function, which has no data.
    fn new<T: 'static, H: Handler<T, (), Future = HandlerFuture>>(handler: H) -> Self {
        Self(Box::leak(Box::new(move |request| handler.clone().call(request, ()))))
    }
}

impl Handler<(), ()> for ErasedHandler {
    type Future = HandlerFuture;

    fn call(self, request: Request, (): ()) -> HandlerFuture {
        (self.0)(request)
    }
}

/// Notes the matched route for the log. `axum::middleware::from_fn` would box one more future for each request.
#[derive(Clone)]
struct NoteRoute<S>(S);

impl<S: Service<Request>> Service<Request> for NoteRoute<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> S::Future {
        if let (Some(trace), Some(route)) =
            (request.extensions().get::<Trace>(), request.extensions().get::<MatchedPath>())
        {
            trace.note_route(route.clone());
        }
        self.0.call(request)
    }
}
