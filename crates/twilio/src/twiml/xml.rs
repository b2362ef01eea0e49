//! The little XML that TwiML needs.

#[derive(Clone, Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            attributes: Vec::new(),
            text: String::new(),
            children: Vec::new(),
        }
    }

    #[must_use]
    pub(super) fn text(mut self, text: &str) -> Self {
        self.text = text.to_owned();
        self
    }

    #[must_use]
    pub(super) fn attribute(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.attributes.push((name, value.to_string()));
        }
        self
    }

    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(out, value);
            out.push('"');
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        escape(out, &self.text);
        for child in &self.children {
            child.write(out);
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }
}

/// What XML 1.0 cannot hold at all is left out: a name that a stranger gave must not break the document.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_name_cannot_break_the_document() {
        let mut out = String::new();
        Element::new("Say")
            .attribute("voice", Some("\"'<&>\u{1}\n"))
            .text("</Say><Dial>+1</Dial>\u{0}")
            .write(&mut out);
        assert_eq!(
            out,
            "<Say voice=\"&quot;'&lt;&amp;&gt; \">&lt;/Say&gt;&lt;Dial&gt;+1&lt;/Dial&gt;</Say>"
        );
    }
}
