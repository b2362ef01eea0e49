//! Zip files without compression (APPNOTE 6.3.10, <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>): what stands
//! around the contents. The contents themselves never come through here, so a file may be larger than memory.

use crate::Timestamp;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Of zip64, which everybody has read for twenty years.
const VERSION: u16 = 45;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
const MOST: u64 = u32::MAX as u64;

/// The checksum of contents that come in pieces (CRC-32, ISO 3309).
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Crc32 {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |crc, byte| {
            let place = (crc as u8 ^ byte) as usize;
            (crc >> 8) ^ TABLE.get(place).copied().unwrap_or_default()
        });
    }

    pub const fn value(self) -> u32 {
        !self.0
    }
}

const TABLE: [u32; 256] = table();

#[expect(clippy::indexing_slicing, reason = "a constant: checked while it is compiled")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
}

/// Remembers what was written, for the list at the end.
#[derive(Debug, Default)]
pub struct ZipWriter {
    offset: u64,
    entries: u64,
    list: Vec<u8>,
}

impl ZipWriter {
    /// What stands before the contents of a file, which must follow: `size` bytes with this checksum.
    pub fn file(&mut self, name: &str, size: u64, crc: Crc32, at: Timestamp) -> Vec<u8> {
        let mut sizes = Vec::new();
        if size >= MOST {
            put64(&mut sizes, size);
            put64(&mut sizes, size);
        }
        let mut head = Vec::new();
        put32(&mut head, LOCAL);
        about(&mut head, name, size, crc, at, &extra(&sizes));
        head.extend_from_slice(name.as_bytes());
        head.extend(extra(&sizes));

        if self.offset >= MOST {
            put64(&mut sizes, self.offset);
        }
        put32(&mut self.list, CENTRAL);
        put16(&mut self.list, VERSION);
        about(&mut self.list, name, size, crc, at, &extra(&sizes));
        // Comment, disk, attributes: none.
        self.list.extend([0; 10]);
        put32(&mut self.list, low(self.offset));
        self.list.extend_from_slice(name.as_bytes());
        self.list.extend(extra(&sizes));

        self.entries += 1;
        self.offset += head.len() as u64 + size;
        head
    }

    /// What ends the zip file.
    pub fn finish(self) -> Vec<u8> {
        let (size, end) = (self.list.len() as u64, self.offset + self.list.len() as u64);
        let mut text = self.list;
        if self.entries >= u64::from(u16::MAX) || end >= MOST {
            put32(&mut text, END_64);
            put64(&mut text, 44);
            put16(&mut text, VERSION);
            put16(&mut text, VERSION);
            put64(&mut text, 0);
            put64(&mut text, self.entries);
            put64(&mut text, self.entries);
            put64(&mut text, size);
            put64(&mut text, self.offset);
            put32(&mut text, LOCATOR_64);
            put32(&mut text, 0);
            put64(&mut text, end);
            put32(&mut text, 1);
        }
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX);
        put32(&mut text, END);
        put32(&mut text, 0);
        put16(&mut text, entries);
        put16(&mut text, entries);
        put32(&mut text, low(size));
        put32(&mut text, low(self.offset));
        put16(&mut text, 0);
        text
    }
}

/// The fields that stand at the beginning and in the list alike.
fn about(text: &mut Vec<u8>, name: &str, size: u64, crc: Crc32, at: Timestamp, extra: &[u8]) {
    let (year, month, day, hour, minute, second, _) = at.to_civil();
    let date = ((year.clamp(1980, 2107) - 1980) << 9) | (month << 5) | day;
    let time = (hour << 11) | (minute << 5) | (second / 2);
    put16(text, VERSION);
    put16(text, FLAGS);
    put16(text, 0);
    put16(text, time as u16);
    put16(text, date as u16);
    put32(text, crc.value());
    put32(text, low(size));
    put32(text, low(size));
    put16(text, name.len() as u16);
    put16(text, extra.len() as u16);
}

/// The zip64 field, when there is something to say.
fn extra(sizes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    if !sizes.is_empty() {
        put16(&mut text, 1);
        put16(&mut text, sizes.len() as u16);
        text.extend_from_slice(sizes);
    }
    text
}

/// All ones: see the zip64 field.
fn low(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn put16(text: &mut Vec<u8>, value: u16) {
    text.extend(value.to_le_bytes());
}

fn put32(text: &mut Vec<u8>, value: u32) {
    text.extend(value.to_le_bytes());
}

fn put64(text: &mut Vec<u8>, value: u64) {
    text.extend(value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn crc(bytes: &[u8]) -> Crc32 {
        let mut crc = Crc32::default();
        crc.update(bytes);
        crc
    }

    #[test]
    fn the_checksum_is_the_one_that_everybody_computes() {
        assert_eq!(crc(b"123456789").value(), 0xcbf4_3926);
        assert_eq!(crc(b"").value(), 0);
        let mut pieces = crc(b"1234");
        pieces.update(b"56789");
        assert_eq!(pieces.value(), 0xcbf4_3926);
    }

    /// Written by another program: Python's `zipfile`, of one stored file, but for the version and the attributes.
    #[test]
    fn a_small_file_is_written_as_others_write_it() {
        let mut zip = ZipWriter::default();
        let at = Timestamp::parse("2026-01-02T03:04:06Z").unwrap();
        let mut text = zip.file("é.txt", 3, crc(b"oui"), at);
        text.extend_from_slice(b"oui");
        text.extend(zip.finish());
        let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
        let about = "000800008318225c";
        let sum = crc(b"oui")
            .value()
            .to_le_bytes()
            .map(|byte| format!("{byte:02x}"))
            .concat();
        let sizes = "0300000003000000";
        let name = "c3a92e747874";
        assert_eq!(
            hex,
            format!(
                "504b03042d00{about}{sum}{sizes}06000000{name}6f7569\
                 504b01022d002d00{about}{sum}{sizes}060000000000000000000000000000000000{name}\
                 504b0506000000000100010034000000270000000000"
            )
        );
    }

    #[test]
    fn what_is_larger_than_the_old_fields_stands_in_the_new_ones() {
        let mut zip = ZipWriter::default();
        let at = Timestamp::from_millis(0);
        let huge = zip.file("a", 5 << 30, Crc32::default(), at);
        // All ones where the size was, and twice the size behind the name.
        assert_eq!(huge[18..26], [0xff; 8]);
        assert_eq!(huge[31..35], [1, 0, 16, 0]);
        assert_eq!(huge[35..43], (5_u64 << 30).to_le_bytes());
        let second = zip.file("b", 1, Crc32::default(), at);
        assert_eq!(second.len(), 31, "small ones are written as ever");
        let end = zip.finish();
        let at = |signature: u32| {
            let bytes = signature.to_le_bytes();
            end.windows(4).position(|four| four == bytes).unwrap()
        };
        let end_64 = at(END_64);
        assert_eq!(end[end_64 + 24..end_64 + 32], 2_u64.to_le_bytes());
        let list = (5_u64 << 30) + huge.len() as u64 + second.len() as u64 + 1;
        assert_eq!(end[end_64 + 48..end_64 + 56], list.to_le_bytes());
        assert_eq!(
            end[at(LOCATOR_64) + 8..at(LOCATOR_64) + 16],
            (list + end_64 as u64).to_le_bytes()
        );
    }
}
