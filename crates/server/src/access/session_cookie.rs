//! The cookie that carries a session (RFC 6265): out of scripts' reach, not sent by other sites' forms.

use http::HeaderMap;
use http::header::COOKIE;

use super::token::Token;
use crate::web::RequestMeta;

pub const NAME: &str = "edgeline_session";
pub const LIFE_SECONDS: u64 = 30 * 24 * 3600;

pub fn set(meta: &RequestMeta, token: &Token) -> String {
    format!(
        "{NAME}={}; Path=/; Max-Age={LIFE_SECONDS}; HttpOnly; SameSite=Lax{}",
        token.reveal(),
        secure(meta)
    )
}

pub fn clear(meta: &RequestMeta) -> String {
    format!(
        "{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}",
        secure(meta)
    )
}

/// Browsers refuse `Secure` cookies over plain http, which only a development machine may speak.
fn secure(meta: &RequestMeta) -> &'static str {
    let plain = meta.uri.scheme_str() == Some("http");
    let local = matches!(meta.uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if plain && local { "" } else { "; Secure" }
}

pub fn read(headers: &HeaderMap) -> Option<Token> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| Token::presented(value))
}
