//! The variables of `spin.toml` that this component reads.

use guest::variables;
use upstream::origin::Origin;

use crate::{contract::Error, error::Result};

/// The longest pause between two requests, in milliseconds.
const MAX_INTERVAL: i64 = 60_000;

#[derive(Debug)]
pub struct Config {
    /// MusicBrainz' API.
    pub api: Origin,
    /// The Cover Art Archive, and where it redirects to: the archive, and the archive's hosts of files.
    pub covers: [Origin; 3],
    /// Names this installation and somebody to contact: MusicBrainz blocks clients that do not.
    pub user_agent: String,
    /// Between two requests to MusicBrainz, in milliseconds.
    pub interval: i64,
    /// The most that stored covers may take; 0: no limit.
    pub cover_bytes: i64,
}

impl Config {
    /// # Errors
    /// `Misconfigured`, naming the variable that is wrong; `Unavailable` if the host cannot read the variables.
    pub async fn read() -> Result<Self> {
        let contact = match variables::read("musicbrainz_contact").await? {
            contact if contact.is_empty() => variables::read("public_url").await?,
            contact => contact,
        };
        Ok(Self {
            api: read_origin("musicbrainz_url").await?,
            covers: [
                read_origin("cover_art_url").await?,
                read_origin("cover_art_archive_url").await?,
                read_origin("cover_art_files_url").await?,
            ],
            user_agent: user_agent(&contact)?,
            interval: variables::read_number("musicbrainz_interval", 0..=MAX_INTERVAL).await?,
            cover_bytes: variables::read_number("musicbrainz_cover_bytes", 0..=i64::MAX).await?,
        })
    }
}

async fn read_origin(name: &str) -> Result<Origin> {
    Origin::parse(&variables::read(name).await?).ok_or_else(|| {
        Error::Misconfigured(format!(
            "{name} must be a scheme and a host, with or without a port: https://musicbrainz.org"
        ))
    })
}

fn user_agent(contact: &str) -> Result<String> {
    let name = concat!("VinylVault/", env!("CARGO_PKG_VERSION"));
    match contact {
        "" => Ok(format!("{name} (self-hosted record collection)")),
        contact
            if contact.len() <= 200 && contact.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'(' | b')')) =>
        {
            Ok(format!("{name} ( {contact} )"))
        }
        _ => {
            let message = "musicbrainz_contact must be an email address or a URL, without spaces and brackets";
            Err(Error::Misconfigured(message.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_contact() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(user_agent("me@example.org").unwrap(), format!("VinylVault/{version} ( me@example.org )"));
        for bad in ["a b", "x\r\nHost: y", "a(b", "é@example.org"] {
            assert!(user_agent(bad).is_err(), "{bad}");
        }
    }
}
