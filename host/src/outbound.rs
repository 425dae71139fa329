//! `wasi:http/client`: only to the hosts that `allowed_outbound_hosts` names. Redirects are the
//! guest's business: each hop is checked on its own.

use std::sync::Arc;

use anyhow::{Context, Result};
use http_body_util::BodyExt;
use hyper::Request;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_send_request};

use crate::allowed_hosts::AllowedHost;
use crate::variables::{self, Values};

/// The outbound permissions of a component.
#[derive(Clone, Default)]
pub struct Outbound {
    allowed: Arc<[AllowedHost]>,
}

impl Outbound {
    /// Reads `allowed_outbound_hosts`; as in Spin, an entry that its variables leave empty is
    /// skipped.
    pub fn new(entries: &[String], values: &Values) -> Result<Self> {
        let mut allowed = Vec::new();
        for entry in entries {
            let rendered = variables::render(entry, values)?;
            let host = rendered.split_once("://").map_or(rendered.as_str(), |(_, h)| h);
            if host.is_empty() {
                continue;
            }
            let parsed = AllowedHost::parse(&rendered)
                .with_context(|| format!("`allowed_outbound_hosts` has `{entry}`, which is `{rendered}`"))?;
            allowed.push(parsed);
        }
        Ok(Self { allowed: allowed.into() })
    }

    pub fn allows(&self, scheme: &str, host: &str, port: Option<u16>) -> bool {
        self.allowed.iter().any(|a| a.allows(scheme, host, port))
    }
}

type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sent = Result<(hyper::Response<WasiBody>, Done), Error>;

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Done,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let uri = request.uri();
        let scheme = uri.scheme_str().unwrap_or("https");
        let host = uri.host().unwrap_or_default();
        if !self.allows(scheme, host, uri.port_u16()) {
            tracing::warn!(scheme, host, "outbound request refused: add the host to `allowed_outbound_hosts`");
            return Box::new(std::future::ready(Err(Error::HttpRequestDenied)));
        }
        Box::new(async move {
            let (response, done) = default_send_request(request, options).await?;
            Ok((response.map(BodyExt::boxed_unsync), Box::new(done) as Done))
        })
    }
}
