//! A chunk's name section as wasm-opt knows it. The splitter writes names of labels, which are always none, and wasm-opt
//! warns of that subsection for each of a hundred chunks (<https://webassembly.github.io/spec/core/appendix/custom.html#name-section>,
//! <https://github.com/WebAssembly/extended-name-section>).

use anyhow::{Context, Result};

/// `\0asm` and the version.
const PREAMBLE: usize = 8;
const CUSTOM: u8 = 0;
const LABELS: u8 = 3;

/// The module without the names of its labels.
pub(super) fn without_labels(module: &[u8]) -> Result<Vec<u8>> {
    let (preamble, mut rest) = module
        .split_at_checked(PREAMBLE)
        .context("the module has no preamble")?;
    let mut out = preamble.to_vec();
    while !rest.is_empty() {
        let (id, section) = take_part(&mut rest)?;
        match names(id, section) {
            Some((name, subsections)) => put_part(&mut out, id, &[name, &kept(subsections)?].concat()),
            None => put_part(&mut out, id, section),
        }
    }
    Ok(out)
}

/// Of the name section: its own name with the length before it, and its subsections.
fn names(id: u8, section: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_it = id == CUSTOM && section.starts_with(b"\x04name");
    is_it.then(|| section.split_at_checked(5)).flatten()
}

fn kept(mut subsections: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(subsections.len());
    while !subsections.is_empty() {
        let (id, content) = take_part(&mut subsections)?;
        if id != LABELS {
            put_part(&mut out, id, content);
        }
    }
    Ok(out)
}

/// Sections and subsections are alike: an id, a length, the content.
fn take_part<'a>(bytes: &mut &'a [u8]) -> Result<(u8, &'a [u8])> {
    let (&id, rest) = bytes.split_first().context("the module ends too early")?;
    let mut rest = rest;
    let length = take_length(&mut rest)?;
    let (content, rest) = rest
        .split_at_checked(length)
        .context("a section is longer than the module")?;
    *bytes = rest;
    Ok((id, content))
}

/// LEB128, of at most 32 bits.
fn take_length(bytes: &mut &[u8]) -> Result<usize> {
    let mut length = 0;
    for shift in (0..32).step_by(7) {
        let (&byte, rest) = bytes.split_first().context("a length is cut off")?;
        *bytes = rest;
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(length);
        }
    }
    anyhow::bail!("a length has more than 32 bits")
}

fn put_part(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    let mut length = content.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: u8 = 1;
    const FUNCTIONS: u8 = 1;
    const DATA: u8 = 9;

    fn module(subsections: &[u8]) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        put_part(&mut module, TYPE, &[0]);
        put_part(&mut module, CUSTOM, &[b"\x04name", subsections].concat());
        put_part(&mut module, CUSTOM, b"\x04else and three");
        module
    }

    #[test]
    fn only_the_names_of_labels_go() {
        let long = [7; 300];
        let mut with = Vec::new();
        put_part(&mut with, FUNCTIONS, &long);
        put_part(&mut with, LABELS, &[0]);
        put_part(&mut with, DATA, &[0]);
        let mut without = Vec::new();
        put_part(&mut without, FUNCTIONS, &long);
        put_part(&mut without, DATA, &[0]);
        assert_eq!(without_labels(&module(&with)).unwrap(), module(&without));
        assert_eq!(without_labels(&module(&without)).unwrap(), module(&without));
    }

    #[test]
    fn a_module_that_is_cut_off_is_an_error() {
        let whole = module(&[]);
        assert!(without_labels(&whole[..whole.len() - 1]).is_err());
        assert!(without_labels(b"\0as").is_err());
    }
}
