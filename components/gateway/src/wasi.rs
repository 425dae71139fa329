//! Converts WASI's requests for axum, and axum's responses for WASI.
//!
//! Does what `#[http_service]` of spin-sdk does, with fewer calls to the host: these calls, not the code in this
//! component, are the cost of a small request. It leaves out what no route needs: a request's scheme, authority and
//! options, the body of GET and HEAD, and a response's status if it is the default.

use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use http_body_util::BodyExt as _;
use spin_sdk::wasip3::{
    self,
    http::types::{self, ErrorCode, Fields},
    http_compat::{BodyResult, IncomingRequestBody},
    wit_bindgen::{self, FutureWriter, StreamWriter},
    wit_future, wit_stream,
};

use crate::edge;

pub struct Gateway;

wasip3::http::service::export!(Gateway);

impl wasip3::exports::http::handler::Guest for Gateway {
    async fn handle(request: types::Request) -> Result<types::Response, ErrorCode> {
        write_response(edge::serve(read_request(request)?).await)
    }
}

fn read_request(request: types::Request) -> Result<Request, ErrorCode> {
    let method: Method = request.get_method().try_into().map_err(|_| ErrorCode::HttpRequestMethodInvalid)?;
    let target = request.get_path_with_query().unwrap_or_default();
    let uri = Uri::from_maybe_shared(Bytes::from(target)).map_err(|_| ErrorCode::HttpRequestUriInvalid)?;
    let list = request.get_headers().copy_all();
    let mut headers = HeaderMap::with_capacity(list.len());
    for (name, value) in list {
        let value = HeaderValue::from_maybe_shared(Bytes::from(value)).map_err(internal)?;
        headers.append(HeaderName::from_bytes(name.as_bytes()).map_err(internal)?, value);
    }
    let body = match method {
        Method::GET | Method::HEAD => Body::empty(),
        // Without this, the component would contain the names of all 39 error codes: 7 kB.
        _ => Body::new(IncomingRequestBody::new(request)?.map_err(|_| "the client did not send all of the body")),
    };
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn write_response(response: Response) -> Result<types::Response, ErrorCode> {
    let (parts, body) = response.into_parts();
    let list: Vec<_> =
        parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned())).collect();
    let headers = Fields::from_list(&list).map_err(internal)?;
    let incomplete = || Err(ErrorCode::InternalError(Some("the response is incomplete".to_owned())));
    let (end, end_reader) = wit_future::new(incomplete);
    let (stream, reader) = match http_body::Body::is_end_stream(&body) {
        true => (None, None),
        false => {
            let (stream, reader) = wit_stream::new();
            (Some(stream), Some(reader))
        }
    };
    let (response, _sent) = types::Response::new(headers, reader, end_reader);
    if parts.status != StatusCode::OK {
        response.set_status_code(parts.status.as_u16()).map_err(|()| internal("an invalid status"))?;
    }
    wit_bindgen::spawn(send(body, stream, end));
    Ok(response)
}

/// Sends each frame in one write, without a copy if the frame owns its bytes.
async fn send(mut body: Body, stream: Option<StreamWriter<u8>>, end: FutureWriter<BodyResult>) {
    let mut result = Ok(None);
    if let Some(mut stream) = stream {
        while let Some(frame) = body.frame().await {
            match frame.map(|frame| frame.into_data()) {
                Ok(Ok(data)) => {
                    if !stream.write_all(data.into()).await.is_empty() {
                        // The client closed the connection.
                        return;
                    }
                }
                Ok(Err(_trailers)) => {}
                Err(error) => {
                    result = Err(internal(error));
                    break;
                }
            }
        }
    }
    let _ = end.write(result).await;
}

fn internal(error: impl std::fmt::Display) -> ErrorCode {
    ErrorCode::InternalError(Some(error.to_string()))
}
