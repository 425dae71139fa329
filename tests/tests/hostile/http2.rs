//! HTTP/2 without a library: a client that sends frames and reads nothing.

/// The preface, and settings with a window of no bytes for each answer.
pub fn start_without_window() -> Vec<u8> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    const SETTINGS: u8 = 4;
    const INITIAL_WINDOW_SIZE: [u8; 6] = [0, 4, 0, 0, 0, 0];
    bytes.extend(frame(SETTINGS, 0, 0, &INITIAL_WINDOW_SIZE));
    bytes
}

/// A GET as the `number`th request of the connection.
pub fn get(number: u32, path: &str, access_token: &str) -> Vec<u8> {
    const HEADERS: u8 = 1;
    const END_STREAM_AND_HEADERS: u8 = 5;
    let authorization = format!("Bearer {access_token}");
    let fields = [
        (":method", "GET"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "x"),
        ("authorization", authorization.as_str()),
    ];
    let block: Vec<u8> = fields.iter().flat_map(|(name, value)| field(name, value)).collect();
    frame(HEADERS, END_STREAM_AND_HEADERS, 1 + 2 * number, &block)
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a short payload").to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A field that is not added to the table of HPACK.
fn field(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        length(text.len(), &mut bytes);
        bytes.extend(text.as_bytes());
    }
    bytes
}

/// An integer of HPACK with a prefix of seven bits.
fn length(mut rest: usize, into: &mut Vec<u8>) {
    if rest < 127 {
        into.push(rest as u8);
        return;
    }
    into.push(127);
    rest -= 127;
    while rest >= 128 {
        into.push((rest % 128) as u8 + 128);
        rest /= 128;
    }
    into.push(rest as u8);
}
