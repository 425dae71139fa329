//! Starts every stand-in and prints, for each variable of the application that leads to one, a line `name=value`; then a line
//! `ready`. Ends when its standard input does, so that it never outlives who started it.

use std::time::Duration;

use stand_ins::{Discogs, Format, LanguageModel};
use tokio::task::spawn_blocking;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let discogs = Discogs::start().await;
    println!("discogs_base_url={}", discogs.url());
    println!("discogs_image_url={}", discogs.url());
    println!("discogs_token=stand-in");
    // About as fast as a small model talks.
    let model = LanguageModel::start(Format::OpenAi).await;
    model.pace(Duration::from_millis(40));
    println!("chat_provider=openai");
    println!("chat_base_url={}", model.url());
    println!("chat_api_key=stand-in");
    println!("ready");
    spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}
