//! Covers: one image for each release, at a signed address.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Write as _,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use flate2::{Compression, Crc, write::ZlibEncoder};
use http::{StatusCode, header};

use super::{DiscogsState, problem};
use crate::server::lock;

/// A GIF of one transparent pixel.
const SPACER: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/// The path of a release's image. The name ends in `.jpeg`, as at Discogs, although the image is a PNG.
pub fn path(id: u64, size: u32, signed: u64) -> String {
    let file = format!("{id}-{size}.jpeg");
    format!("/images/{}/{file}", signature(&file, signed))
}

fn signature(file: &str, signed: u64) -> String {
    let mut hasher = DefaultHasher::new();
    ("stand-in", file, signed).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

pub async fn image(
    State(state): State<Arc<DiscogsState>>,
    Path((signature, file)): Path<(String, String)>,
) -> Response {
    let good = self::signature(&file, state.signed.load(Ordering::Relaxed));
    let parts = file.strip_suffix(".jpeg").and_then(|name| name.split_once('-'));
    let numbers = parts.and_then(|(id, size)| Some((id.parse::<u64>().ok()?, size.parse::<u32>().ok()?)));
    if numbers.is_some_and(|(id, _)| lock(&state.html_images).contains(&id)) {
        return ([(header::CONTENT_TYPE, "image/jpeg")], "<!doctype html><title>Not found</title>").into_response();
    }
    match numbers {
        Some((id, size)) if signature == good && (1..=1_000).contains(&size) => {
            ([(header::CONTENT_TYPE, "image/png")], png(id, size)).into_response()
        }
        _ => problem(StatusCode::FORBIDDEN, "You don't have permission to access this resource."),
    }
}

pub async fn spacer() -> Response {
    ([(header::CONTENT_TYPE, "image/gif")], SPACER).into_response()
}

/// A drawing of a record on its sleeve: two bits per pixel, in four colours that depend on the id.
pub fn png(id: u64, size: u32) -> Vec<u8> {
    let hue = |shift: u64| u8::try_from((id * 97 + shift * 83) % 160 + 60).unwrap_or(0);
    let palette = [hue(0), hue(1), hue(2), 24, 24, 26, 52, 52, 56, hue(3), hue(1), hue(0)];
    let mut header = Vec::from(size.to_be_bytes());
    header.extend(size.to_be_bytes());
    header.extend([2, 3, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header);
    chunk(&mut file, b"PLTE", &palette);
    chunk(&mut file, b"IDAT", &zlib(&pixels(size)));
    chunk(&mut file, b"IEND", &[]);
    file
}

fn pixels(size: u32) -> Vec<u8> {
    let middle = i64::from(size / 2);
    let mut rows = Vec::new();
    for y in 0..i64::from(size) {
        // Filter type 0 of PNG: none.
        rows.push(0);
        for bytes in (0..i64::from(size)).collect::<Vec<_>>().chunks(4) {
            let colour = |x: &i64| {
                let radius = ((x - middle).pow(2) + (y - middle).pow(2)).isqrt() * 100 / middle.max(1);
                match radius {
                    0..3 => 0,
                    3..30 => 3,
                    30..90 if radius % 6 == 0 => 2,
                    30..90 => 1u8,
                    _ => 0,
                }
            };
            let shifts = [6, 4, 2, 0];
            rows.push(bytes.iter().zip(shifts).map(|(x, shift)| colour(x) << shift).sum());
        }
    }
    rows
}

/// A zlib stream without compression: a large image is a large answer.
fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(data).and_then(|()| encoder.finish()).expect("a Vec takes every byte")
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    file.extend(kind);
    file.extend(data);
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    file.extend(crc.sum().to_be_bytes());
}
