//! Every route there is. `HEAD` works where `GET` does.

use std::task::{Context, Poll};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    routing::MethodRouter,
};
use tower_service::Service;

use crate::{
    albums, auth, chat, crates, discogs, health, history,
    problem::{Code, Problem},
    sync, system,
    trace::Trace,
    transfer,
};

macro_rules! table {
    ($($path:literal => $($method:ident $handler:path),+;)+) => {
        pub fn router() -> Router {
            Router::new()
                $(.route($path, MethodRouter::new()$(.$method($handler))+))+
                .fallback(async || Problem::not_found())
                .method_not_allowed_fallback(async || {
                    Problem::new(Code::MethodNotAllowed, "This path does not take this method; see the Allow header.")
                })
                .layer(tower_layer::layer_fn(NoteRoute))
        }

        #[cfg(test)]
        pub const TABLE: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),+];
    };
}

table! {
    "/api/health"                  => get health::live;
    "/system/health"               => get system::health;
    "/system/status"               => get system::status;
    "/system/maintenance"          => post system::maintain;
    "/system/initialize-database"  => post system::initialize;

    "/api/auth/register"           => post auth::register;
    "/api/auth/login"              => post auth::login;
    "/api/auth/refresh"            => post auth::refresh;
    "/api/auth/logout"             => post auth::logout;
    "/api/auth/me"                 => get auth::me, patch auth::update_me, delete auth::delete_me;
    "/api/auth/password"           => post auth::change_password;
    "/api/auth/sessions"           => get auth::sessions;
    "/api/auth/sessions/{id}"      => delete auth::revoke_session;

    "/api/collection"              => get albums::list, post albums::create;
    "/api/collection/sync"         => post sync::sync;
    "/api/collection/changes"      => get sync::changes;
    "/api/collection/stats"        => get albums::stats;
    "/api/collection/owned"        => get albums::owned;
    "/api/collection/import"       => post transfer::import;
    "/api/collection/export"       => get transfer::export;
    "/api/collection/trash"        => delete albums::empty_trash;
    "/api/collection/crates"       => get crates::list, post crates::create;
    "/api/collection/crates/{uid}" => patch crates::patch, delete crates::delete;
    "/api/collection/{id}"         => get albums::read, put albums::replace, patch albums::patch, delete albums::delete;
    "/api/collection/{id}/restore" => post albums::restore;
    "/api/collection/{id}/history" => get history::list;
    "/api/collection/{id}/history/{lost_id}/restore" => post history::restore;

    "/api/discogs/search"          => get discogs::search;
    "/api/discogs/releases/{id}"   => get discogs::release;
    "/api/discogs/price"           => get discogs::price;
    "/cache/images/{file}"         => get discogs::cover;

    "/api/chat"                    => post chat::ask;
    "/api/chat/conversations"      => get chat::conversations;
    "/api/chat/conversations/{id}" => get chat::conversation, patch chat::rename, delete chat::delete;
    "/api/chat/providers"          => get chat::providers;
    "/api/chat/key"                => get chat::key, put chat::store_key, delete chat::delete_key;
}

/// Notes which route was taken, for the log. Not `axum::middleware::from_fn`: that would box one more future for each
/// request.
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
