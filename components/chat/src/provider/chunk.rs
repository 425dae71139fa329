//! The content of one event of an answer.

#[derive(Debug, Default, PartialEq, Eq)]
pub struct AnswerChunk {
    pub text: String,
    /// The answer is complete.
    pub is_last: bool,
}
