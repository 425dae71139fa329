//! A provider with everything that a request to it needs: the request, and the decoder of its answer.

mod anthropic;
mod chunk;
mod openai;
mod rejection;

use chunk::AnswerChunk;
use rejection::Rejection;

use crate::{
    catalog::{ApiFormat, KnownProvider},
    contract::assistant::Usage,
    error::{AnswerError, Result},
    store::ChatMessage,
    upstream::UpstreamRequest,
};

const USER_AGENT: &str = concat!("vinyl-vault/", env!("CARGO_PKG_VERSION"));

pub struct Provider {
    pub known: &'static KnownProvider,
    pub base_url: String,
    pub base_path: String,
    pub key: Option<String>,
    pub model: String,
    pub max_tokens: u32,
}

impl Provider {
    pub fn id(&self) -> &'static str {
        self.known.id
    }

    pub fn request(&self, system: &str, history: &[ChatMessage]) -> Result<UpstreamRequest> {
        let (scheme, authority) = self.base_url.split_once("://").unwrap_or(("https", &self.base_url));
        let (endpoint, key, body) = match self.known.format {
            ApiFormat::OpenAi => (
                openai::ENDPOINT,
                self.key.as_ref().map(|key| ("authorization", format!("Bearer {key}"))),
                openai::body(&self.model, self.max_tokens, self.is_openai(), system, history)?,
            ),
            ApiFormat::Anthropic => (
                anthropic::ENDPOINT,
                self.key.as_ref().map(|key| ("x-api-key", key.clone())),
                anthropic::body(&self.model, self.max_tokens, system, history)?,
            ),
        };
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "text/event-stream".to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
            ("content-length", body.len().to_string()),
        ];
        if self.known.format == ApiFormat::Anthropic {
            headers.push(("anthropic-version", anthropic::VERSION.to_owned()));
        }
        headers.extend(key);
        let path = format!("{}{endpoint}", self.base_path);
        Ok(UpstreamRequest { is_https: scheme == "https", authority: authority.to_owned(), path, headers, body })
    }

    /// Whether this is OpenAI itself, not a compatible server.
    fn is_openai(&self) -> bool {
        self.base_url == "https://api.openai.com"
    }

    pub fn rejection(&self, status: u16, body: &[u8]) -> Rejection {
        Rejection::new(self.known.format, status, body)
    }

    pub fn decoder(&self) -> AnswerDecoder {
        match self.known.format {
            ApiFormat::OpenAi => AnswerDecoder::OpenAi(openai::Decoder::default()),
            ApiFormat::Anthropic => AnswerDecoder::Anthropic(anthropic::Decoder::default()),
        }
    }
}

/// Decodes the events of one answer.
pub enum AnswerDecoder {
    OpenAi(openai::Decoder),
    Anthropic(anthropic::Decoder),
}

impl AnswerDecoder {
    pub fn decode(&mut self, data: &str) -> Result<AnswerChunk, AnswerError> {
        match self {
            Self::OpenAi(decoder) => decoder.decode(data),
            Self::Anthropic(decoder) => decoder.decode(data),
        }
    }

    pub fn usage(&self) -> Option<Usage> {
        match self {
            Self::OpenAi(decoder) => decoder.usage,
            Self::Anthropic(decoder) => decoder.usage,
        }
    }
}
