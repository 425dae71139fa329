//! Starts every stand-in. Prints a line `name=value` for each variable that the application needs to use them, and then
//! the line `ready`. Exits when its standard input is closed, so that it never outlives the process that started it.

use std::time::Duration;

use stand_ins::{ApiFormat, CoverArtArchive, Discogs, LanguageModel, MusicBrainz, discogs::Account};
use tokio::task::spawn_blocking;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let discogs = Discogs::with_generated(5_000).await;
    let owned = discogs.pressings().iter().rev().take(1_500);
    discogs.add_account(Account::new("collector").with_token("stand-in").with_copies(owned));
    println!("discogs_base_url={}", discogs.url());
    println!("discogs_image_url={}", discogs.url());
    println!("discogs_token=stand-in");
    let musicbrainz = MusicBrainz::start(discogs.pressings()).await;
    println!("musicbrainz_url={}", musicbrainz.url());
    println!("musicbrainz_contact=stand-in@example.org");
    let covers = CoverArtArchive::start(discogs.pressings()).await;
    println!("cover_art_url={}", covers.url());
    println!("cover_art_archive_url={}", covers.archive.url());
    println!("cover_art_files_url={}", covers.storage.url());
    // About the speed of a small model.
    let model = LanguageModel::start(ApiFormat::OpenAi).await;
    model.pace(Duration::from_millis(40));
    println!("chat_provider=openai");
    println!("chat_base_url={}", model.url());
    println!("chat_api_key=stand-in");
    println!("ready");
    spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}
