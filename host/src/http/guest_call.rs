//! The call of a guest, which goes on when its client disconnects.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

/// A call that goes on in a task of its own if this is dropped before its end. A guest cannot be cancelled, so the
/// permits of the call must be kept until it ends: otherwise a client could start any number of calls by disconnecting
/// after each request.
pub struct GuestCall<F: Future<Output: Send> + Send + 'static>(Option<Pin<Box<F>>>);

impl<F: Future<Output: Send> + Send> GuestCall<F> {
    pub fn new(call: F) -> Self {
        Self(Some(Box::pin(call)))
    }
}

impl<F: Future<Output: Send> + Send> Future for GuestCall<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(call) = &mut self.0 else { return Poll::Pending };
        let polled = call.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl<F: Future<Output: Send> + Send> Drop for GuestCall<F> {
    fn drop(&mut self) {
        if let Some(call) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(call);
        }
    }
}
