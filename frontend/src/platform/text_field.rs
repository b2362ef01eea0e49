//! Writing into a field at its cursor, as if it were typed.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement};

/// Puts `text` at the cursor of the field inside `around`, or in place of what is selected; answers all that stands
/// there then.
pub fn insert_into(around: &Element, text: &str) -> Option<String> {
    let field = around.query_selector("textarea").ok()??;
    let field: HtmlTextAreaElement = field.dyn_into().ok()?;
    let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
    field.set_range_text_with_start_and_end(text, start, end).ok()?;
    let after = start + u32::try_from(text.encode_utf16().count()).ok()?;
    // Both are refused only where a field has no cursor.
    let _ = field.focus();
    let _ = field.set_selection_range(after, after);
    Some(field.value())
}
