//! The web app and the API's documentation: files that `build/` embeds, compressed and hashed, and nothing else. The component
//! has no grants, and needs none.
//!
//! [`files`] is the table; [`negotiation`] chooses an encoding; [`answer`] says what goes out.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod files;
mod negotiation;
mod request_id;

use answer::{Answer, Request};
use spin_sdk::wasip3::{
    self,
    http::types::{self, ErrorCode, Fields, Method},
    wit_bindgen, wit_future, wit_stream,
};

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
        send(Answer::to(&Request {
            method: match request.get_method() {
                Method::Get => "GET",
                Method::Head => "HEAD",
                _ => "",
            },
            path: target.split('?').next().unwrap_or_default(),
            accept_encoding: &header("accept-encoding"),
            if_none_match: &header("if-none-match"),
            request_id: &header("x-request-id"),
        }))
    }
}

fn send(answer: Answer) -> Result<types::Response, ErrorCode> {
    let list: Vec<_> =
        answer.headers.into_iter().map(|(name, value)| (name.to_owned(), value.into_owned().into_bytes())).collect();
    let headers = Fields::from_list(&list).map_err(internal)?;
    let (end, end_reader) = wit_future::new(|| Err(ErrorCode::InternalError(None)));
    let (writer, reader) = match answer.body.is_empty() {
        true => (None, None),
        false => {
            let (writer, reader) = wit_stream::new();
            (Some(writer), Some(reader))
        }
    };
    let (response, _sent) = types::Response::new(headers, reader, end_reader);
    response.set_status_code(answer.status).map_err(|()| internal("an invalid status"))?;
    wit_bindgen::spawn(async move {
        if let Some(mut writer) = writer {
            writer.write_all(answer.body).await;
        }
        let _ = end.write(Ok(None)).await;
    });
    Ok(response)
}

fn internal(error: impl std::fmt::Debug) -> ErrorCode {
    ErrorCode::InternalError(Some(format!("{error:?}")))
}
