//! A service's stream as the body of a response.

use axum::body::Body;
use futures_lite::stream;
use send_wrapper::SendWrapper;

/// One part of the body, or the reason why the connection must be broken off.
pub type Part = Result<Vec<u8>, &'static str>;

/// The body whose parts `next` returns, until it returns `None`. `next` gets the state and returns it for the next call.
///
/// Each part is sent as it comes. An error breaks the connection off, so that the client does not take the body for
/// complete.
pub fn body<S, F>(state: S, next: impl Fn(S) -> F + Send + 'static) -> Body
where
    S: 'static,
    F: Future<Output = Option<(Part, S)>> + 'static,
{
    // axum requires `Send`; a component has one thread (see `services::call`).
    Body::from_stream(stream::unfold(SendWrapper::new(state), move |state| {
        let next = next(state.take());
        SendWrapper::new(async move { next.await.map(|(part, state)| (part, SendWrapper::new(state))) })
    }))
}
