//! A service's stream as the body of a response.

use std::pin::Pin;

use axum::body::Body;
use futures_lite::stream::{self, Stream};
use send_wrapper::SendWrapper;

/// One part of the body, or the reason why the connection must be broken off.
pub type Part = Result<Vec<u8>, &'static str>;

/// The body whose parts `next` returns, until it returns `None`. `next` gets the state, and returns it for its next
/// call.
///
/// Each part is sent as it comes. An error breaks the connection off, so that the client does not take the body for
/// complete.
pub fn body<S, F>(state: S, next: impl Fn(S) -> F + Send + 'static) -> Body
where
    S: 'static,
    F: Future<Output = Option<(Part, S)>> + 'static,
{
    // axum requires `Send`; a component has one thread (see `services::call`).
    let parts = stream::unfold(SendWrapper::new(state), move |state| {
        let next = next(state.take());
        SendWrapper::new(async move { next.await.map(|(part, state)| (part, SendWrapper::new(state))) })
    });
    // Boxed, so that axum's code for streams is in the component once.
    let parts: Pin<Box<dyn Stream<Item = Part> + Send>> = Box::pin(parts);
    Body::from_stream(parts)
}
