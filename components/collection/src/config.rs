//! The variables of `spin.toml` that collection reads.

use guest::variables::read_number;

use crate::error::Error;

/// What an account may store; `None`: no limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quota {
    /// Albums and crates, those in the trash included.
    pub records: Option<i64>,
    /// Documents and their history, as the trigger `records_counted` counts them.
    pub bytes: Option<i64>,
}

impl Quota {
    pub async fn read() -> Result<Self, Error> {
        let limit = |number: i64| (number > 0).then_some(number);
        Ok(Self {
            records: limit(read_number("quota_records", 0..=i64::MAX).await?),
            bytes: limit(read_number("quota_bytes", 0..=i64::MAX).await?),
        })
    }
}
