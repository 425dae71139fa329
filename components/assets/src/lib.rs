//! The web app and the API's documentation: files that `build/` embeds, compressed and hashed. The component has two
//! variables, the host names of the installation, and no grants.
//!
//! | Module | What it does |
//! |---|---|
//! | `files` | the table of files, by path |
//! | `installation` | the host names of the installation |
//! | `negotiation` | chooses an encoding |
//! | `response` | status, headers and body for a request; does not use WASI, so that it is tested natively |

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed assertion should panic"))]

mod files;
mod installation;
mod negotiation;
mod response;

use std::fmt::Debug;

use guest::hosts;
use spin_sdk::wasip3::{
    self,
    http::types::{self, ErrorCode, Fields, Method},
    wit_bindgen, wit_future, wit_stream,
};

use crate::response::{Request, Response};

struct Assets;

wasip3::http::service::export!(Assets);

impl wasip3::exports::http::handler::Guest for Assets {
    async fn handle(request: types::Request) -> Result<types::Response, ErrorCode> {
        let headers = request.get_headers();
        let header = |name: &str| {
            let values = headers.get(name);
            values.iter().filter_map(|value| std::str::from_utf8(value).ok()).collect::<Vec<_>>().join(",")
        };
        let target = request.get_path_with_query().unwrap_or_default();
        let urls = headers.get(hosts::URL_HEADER);
        let url = urls.last().and_then(|url| std::str::from_utf8(url).ok()).unwrap_or_default();
        let request = Request {
            method: match request.get_method() {
                Method::Get => "GET",
                Method::Head => "HEAD",
                _ => "",
            },
            host: hosts::of_url(url),
            path: target.split('?').next().unwrap_or_default(),
            accept_encoding: &header("accept-encoding"),
            if_none_match: &header("if-none-match"),
            request_id: &header("x-request-id"),
        };
        send(response::respond(&request, installation::hosts().await))
    }
}

fn send(response: Response) -> Result<types::Response, ErrorCode> {
    let list: Vec<_> =
        response.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned().into_bytes())).collect();
    let headers = Fields::from_list(&list).map_err(internal)?;
    let (end, end_reader) = wit_future::new(|| Err(ErrorCode::InternalError(None)));
    let (writer, reader) = match response.body.is_empty() {
        true => (None, None),
        false => {
            let (writer, reader) = wit_stream::new();
            (Some(writer), Some(reader))
        }
    };
    let (sent, _transmitted) = types::Response::new(headers, reader, end_reader);
    sent.set_status_code(response.status).map_err(|()| internal("an invalid status"))?;
    wit_bindgen::spawn(async move {
        if let Some(mut writer) = writer {
            writer.write_all(response.body).await;
        }
        let _ = end.write(Ok(None)).await;
    });
    Ok(sent)
}

fn internal(error: impl Debug) -> ErrorCode {
    ErrorCode::InternalError(Some(format!("{error:?}")))
}
