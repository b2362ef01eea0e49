//! The pairs of a form or a query, decoded (WHATWG `application/x-www-form-urlencoded`), in the order of their arrival.
//! Empty values and repeated names stay: a signature covers them.

/// One text and the places in it: an inbound webhook has twenty pairs, and its signature is on the hot path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params {
    text: String,
    /// Ends of name and value in `text`; each begins where the one before it ends.
    ends: Vec<(usize, usize)>,
}

impl Params {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn parse(encoded: &str) -> Self {
        let mut params = Self {
            text: String::with_capacity(encoded.len()),
            ends: Vec::with_capacity(24),
        };
        let mut piece = Vec::new();
        for pair in encoded.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            decode_onto(&mut params.text, name, &mut piece);
            let name_end = params.text.len();
            decode_onto(&mut params.text, value, &mut piece);
            params.ends.push((name_end, params.text.len()));
        }
        params
    }

    pub fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    pub fn push_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.push(name, value);
        }
    }

    /// The first value of a name; an empty value is a value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }

    /// The first value of a name, unless it is empty.
    pub fn get_filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(n, _)| *n == name)
            .map(|(_, value)| value)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(name_end, value_end)| {
            let name = self.text.get(start..name_end).unwrap_or_default();
            let value = self.text.get(name_end..value_end).unwrap_or_default();
            start = value_end;
            (name, value)
        })
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn encode(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(self.text.len() * 2));
        for (name, value) in self.iter() {
            form.append_pair(name, value);
        }
        form.finish()
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Params {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let mut params = Self::new();
        for (name, value) in pairs {
            params.push(name, value);
        }
        params
    }
}

/// `+` is a blank, `%xx` a byte, what is not UTF-8 becomes U+FFFD. `piece` only lends its memory.
fn decode_onto(text: &mut String, encoded: &str, piece: &mut Vec<u8>) {
    if !encoded.bytes().any(|byte| byte == b'%' || byte == b'+') {
        text.push_str(encoded);
        return;
    }
    piece.clear();
    let mut bytes = encoded.as_bytes().iter();
    while let Some(&byte) = bytes.next() {
        piece.push(match byte {
            b'+' => b' ',
            b'%' => match escaped_byte(bytes.as_slice()) {
                Some(decoded) => {
                    bytes.nth(1);
                    decoded
                }
                None => b'%',
            },
            other => other,
        });
    }
    text.push_str(&String::from_utf8_lossy(piece));
}

fn escaped_byte(rest: &[u8]) -> Option<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
    let value = digit(rest.first())? * 16 + digit(rest.get(1))?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_decoded_in_order_with_empty_values_and_repeats() {
        let params = Params::parse("B=2&A=%2B33+6%20x&&A=&Z&=v&E=%C3%A9%zz%4");
        let pairs: Vec<_> = params.iter().collect();
        assert_eq!(
            pairs,
            [
                ("B", "2"),
                ("A", "+33 6 x"),
                ("A", ""),
                ("Z", ""),
                ("", "v"),
                ("E", "é%zz%4")
            ]
        );
        assert_eq!(params.get("A"), Some("+33 6 x"));
        assert_eq!(params.get("Z"), Some(""));
        assert_eq!(params.get_filled("Z"), None);
        assert_eq!(params.get("Body"), None);
        assert_eq!(params.get_all("A").count(), 2);
    }

    #[test]
    fn bytes_that_are_no_text_do_not_move_their_neighbours() {
        let params = Params::parse("A=%C3&B=%A9x&C=1");
        assert_eq!(params.get("A"), Some("\u{fffd}"));
        assert_eq!(params.get("B"), Some("\u{fffd}x"));
        assert_eq!(params.get("C"), Some("1"));
    }

    #[test]
    fn what_is_encoded_reads_back() {
        let params: Params = [
            ("Body", "ça & 10 % = +1 🎉\r\n\0"),
            ("From", "+33612345678"),
            ("FromZip", ""),
        ]
        .into_iter()
        .collect();
        assert_eq!(Params::parse(&params.encode()), params);
    }
}
