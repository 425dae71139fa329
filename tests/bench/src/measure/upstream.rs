//! A stand-in on a separate thread, so that it answers in time while the clients are busy.

use std::ops::Deref;

use tokio::runtime::Runtime;

pub struct Upstream<S> {
    server: S,
    runtime: Option<Runtime>,
}

impl<S: Send + 'static> Upstream<S> {
    pub async fn start(server: impl Future<Output = S> + Send + 'static) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let server = runtime.spawn(server).await?;
        Ok(Self { server, runtime: Some(runtime) })
    }
}

impl<S> Deref for Upstream<S> {
    type Target = S;
    fn deref(&self) -> &S {
        &self.server
    }
}

impl<S> Drop for Upstream<S> {
    fn drop(&mut self) {
        // Dropping a runtime blocks, which is not allowed on this thread.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
