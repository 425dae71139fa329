//! Answers, conversations and providers.

use utoipa::ToSchema;

/// A complete answer, or an incomplete one with its `error`.
#[derive(ToSchema)]
pub struct Answered {
    conversation_id: i64,
    answer: String,
    /// `false`: the answer ended early, and `error` says why. The text so far is stored.
    complete: bool,
    /// The id of the stored answer.
    #[schema(nullable = false)]
    message_id: Option<i64>,
    #[schema(nullable = false)]
    provider: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
    #[schema(nullable = false)]
    usage: Option<Usage>,
    /// How many questions the caller has left today.
    #[schema(nullable = false)]
    remaining: Option<u32>,
    #[schema(nullable = false)]
    error: Option<BrokenOff>,
}

/// As the provider counted the tokens.
#[derive(ToSchema)]
pub struct Usage {
    input_tokens: u32,
    output_tokens: u32,
}

#[derive(ToSchema)]
pub struct BrokenOff {
    /// `provider_refused`, `provider_busy`, `provider_failed`, `provider_timeout`, `answer_cut_off` or `internal`.
    code: String,
    message: String,
}

#[derive(ToSchema)]
pub struct Conversation {
    id: i64,
    title: String,
    created_at: String,
    /// When the latest message was added.
    updated_at: String,
    /// The number of messages.
    messages: i64,
}

#[derive(ToSchema)]
pub struct Conversations {
    items: Vec<Conversation>,
    next_cursor: Option<String>,
    total: i64,
}

/// A conversation with its messages.
#[derive(ToSchema)]
pub struct WholeConversation {
    id: i64,
    title: String,
    created_at: String,
    updated_at: String,
    messages: i64,
    /// The latest messages, oldest first: at most 500, and at most 4 MiB.
    history: Vec<Message>,
    /// Reads the messages before these; null if there are none.
    next_cursor: Option<String>,
}

#[derive(ToSchema)]
pub struct Message {
    id: i64,
    /// `user` or `assistant`.
    role: String,
    content: String,
    /// `false`: the answer ended early.
    complete: bool,
    /// Why the answer ended early; absent if the client disconnected.
    #[schema(nullable = false)]
    error: Option<String>,
    #[schema(nullable = false)]
    provider: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
    #[schema(nullable = false)]
    usage: Option<Usage>,
    created_at: String,
}

#[derive(ToSchema)]
pub struct Providers {
    /// The built-in assistant first.
    items: Vec<Provider>,
    /// How many questions the caller may ask in a day (UTC).
    limit: u32,
    remaining: u32,
}

#[derive(ToSchema)]
pub struct Provider {
    #[schema(example = "builtin")]
    id: String,
    available: bool,
    /// Whether this provider answers a question that names none.
    default: bool,
    /// Whose key is used: `none` (not needed), `operator`, `yours` or `missing`.
    key: String,
    /// The host that receives the questions.
    #[schema(nullable = false)]
    host: Option<String>,
    #[schema(nullable = false)]
    model: Option<String>,
}
