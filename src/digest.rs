//! SHA-256 as hex.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The SHA-256 of `bytes` in 64 lower-case hex digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// How many bytes `reader` yields, and their SHA-256 in hex, held in memory a piece at a time.
pub(crate) fn sha256_of(mut reader: impl Read) -> io::Result<(u64, String)> {
    let (mut digest, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 18]);
    loop {
        let n = match reader.read(&mut buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if n == 0 {
            return Ok((bytes, hex(&digest.finalize())));
        }
        digest.update(&buffer[..n]);
        bytes += n as u64;
    }
}

/// `bytes` in lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
