//! Reads `{…, "recipients": [ … ], …}` while it comes in: one recipient's text at a time, the other fields together
//! at the end. A list of 100,000 never stands whole in memory. JSON: <https://www.rfc-editor.org/rfc/rfc8259>.
//!
//! Only what separates is looked at here; what stands between is read by serde, which knows what is JSON.

use contract::ProblemCode;

use crate::Failure;

const LIST: &[u8] = b"\"recipients\"";
/// Of one recipient with its variables.
const LONGEST_ITEM: usize = 16 * 1024;
/// Of all other fields together.
const LONGEST_HEAD: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the first brace.
    Start,
    /// In the object, at a name or what separates two fields.
    Field,
    /// After `"recipients"`, before its bracket.
    BeforeList,
    /// In the list, before an item or what separates two.
    List,
    /// In an item.
    Item,
    /// After the last brace.
    End,
}

/// Feed it pieces of any size; it calls back with each item's text.
#[derive(Debug)]
pub struct ListReader {
    place: Place,
    /// Open braces and brackets within the field or item.
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// The fields but the list, as an object.
    head: Vec<u8>,
    /// Where the current field began in `head`.
    field: usize,
    item: Vec<u8>,
    found: bool,
}

fn malformed() -> Failure {
    ProblemCode::MalformedRequest.into()
}

impl Default for ListReader {
    fn default() -> Self {
        Self {
            place: Place::Start,
            depth: 0,
            in_string: false,
            escaped: false,
            head: Vec::new(),
            field: 0,
            item: Vec::new(),
            found: false,
        }
    }
}

impl ListReader {
    pub fn feed(
        &mut self,
        bytes: &[u8],
        mut item: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for &byte in bytes {
            self.step(byte, &mut item)?;
        }
        if self.item.len() > LONGEST_ITEM || self.head.len() > LONGEST_HEAD {
            return Err(ProblemCode::TooLarge.into());
        }
        Ok(())
    }

    /// The other fields, as a JSON object; whether there was a list.
    pub fn finish(self) -> Result<(Vec<u8>, bool), Failure> {
        if self.place == Place::End {
            Ok((self.head, self.found))
        } else {
            Err(malformed())
        }
    }

    fn step(&mut self, byte: u8, item: &mut impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        let blank = byte.is_ascii_whitespace();
        match self.place {
            Place::Start if blank => {}
            Place::Start if byte == b'{' => {
                self.place = Place::Field;
                self.head.push(b'{');
                self.field = self.head.len();
            }
            Place::Field => self.field_byte(byte)?,
            Place::BeforeList if blank => {}
            Place::BeforeList if byte == b'[' => self.place = Place::List,
            Place::List if blank || byte == b',' => {}
            Place::List if byte == b']' => {
                self.place = Place::Field;
                self.field = self.head.len();
            }
            Place::List if byte == b'{' => {
                self.place = Place::Item;
                self.item.clear();
                self.item.push(byte);
                self.depth = 1;
            }
            Place::Item => {
                self.item.push(byte);
                if self.closes(byte) {
                    item(&self.item)?;
                    self.place = Place::List;
                }
            }
            Place::End if blank => {}
            Place::Start | Place::BeforeList | Place::List | Place::End => return Err(malformed()),
        }
        Ok(())
    }

    fn field_byte(&mut self, byte: u8) -> Result<(), Failure> {
        if self.depth == 0 && !self.in_string {
            match byte {
                b'}' => {
                    drop_last_comma(&mut self.head);
                    self.head.push(byte);
                    self.place = Place::End;
                    return Ok(());
                }
                b':' if self.head.get(self.field..).map(<[u8]>::trim_ascii) == Some(LIST) => {
                    if self.found {
                        return Err(malformed());
                    }
                    self.found = true;
                    self.head.truncate(self.field);
                    self.place = Place::BeforeList;
                    return Ok(());
                }
                b',' => {
                    // What was before it may have been the list.
                    if !matches!(self.head.trim_ascii().last(), Some(b',' | b'{')) {
                        self.head.push(byte);
                    }
                    self.field = self.head.len();
                    return Ok(());
                }
                _ => {}
            }
        }
        self.head.push(byte);
        self.closes(byte);
        Ok(())
    }

    /// Follows strings and brackets; whether this byte closes the outermost of them.
    fn closes(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

fn drop_last_comma(head: &mut Vec<u8>) {
    let kept = head.trim_ascii_end().len();
    head.truncate(kept);
    if head.last() == Some(&b',') {
        head.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head and the items, read in pieces of that size.
    fn read(text: &str, size: usize) -> Result<(String, Vec<String>), Failure> {
        let (mut reader, mut items) = (ListReader::default(), Vec::new());
        for piece in text.as_bytes().chunks(size) {
            reader.feed(piece, |item| {
                items.push(String::from_utf8(item.to_vec()).unwrap());
                Ok(())
            })?;
        }
        let (head, _) = reader.finish()?;
        Ok((String::from_utf8(head).unwrap(), items))
    }

    #[test]
    fn the_list_may_stand_anywhere_and_come_in_any_pieces() {
        for (text, head, items) in [
            (
                r#"{"message":"x","recipients":[{"phone":"1"},{"phone":"2"}]}"#,
                r#"{"message":"x"}"#,
                vec![r#"{"phone":"1"}"#, r#"{"phone":"2"}"#],
            ),
            (
                " { \"recipients\" : [ { \"a\" : [1,{}] } ] , \"message\" : \"x\" } \n",
                "{ \"message\" : \"x\" }",
                vec![r#"{ "a" : [1,{}] }"#],
            ),
            (
                r#"{"a":{"recipients":[{"no":1}]},"recipients":[],"b":["}]\"\\",1]}"#,
                r#"{"a":{"recipients":[{"no":1}]},"b":["}]\"\\",1]}"#,
                vec![],
            ),
            (
                r#"{"recipients":[{"n":"a]},{\"é"}]}"#,
                "{}",
                vec![r#"{"n":"a]},{\"é"}"#],
            ),
            (
                r#"{"message":"recipients"}"#,
                r#"{"message":"recipients"}"#,
                vec![],
            ),
        ] {
            for size in [1, 2, 3, 7, 1000] {
                let (read_head, read_items) = read(text, size).unwrap();
                assert_eq!(read_items, items, "{text}");
                let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
                assert_eq!(value(&read_head), value(head), "{text} in pieces of {size}");
            }
        }
    }

    #[test]
    fn what_is_no_object_with_a_list_of_objects_is_refused() {
        for text in [
            "",
            "[]",
            "{",
            r#"{"recipients":{}}"#,
            r#"{"recipients":["+33612345678"]}"#,
            r#"{"recipients":[{}"#,
            r#"{"recipients":[{}]"#,
            r#"{"recipients":[],"recipients":[]}"#,
            r#"{"recipients":[]} x"#,
        ] {
            assert!(read(text, 3).is_err(), "{text}");
        }
    }

    #[test]
    fn an_endless_item_or_head_is_too_large() {
        let long = "x".repeat(LONGEST_HEAD);
        for text in [
            format!(r#"{{"recipients":[{{"a":"{long}"}}]}}"#),
            format!(r#"{{"a":"{long}","recipients":[]}}"#),
        ] {
            assert_eq!(read(&text, 1000).unwrap_err().code(), ProblemCode::TooLarge);
        }
    }
}
