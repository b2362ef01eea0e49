//! What an endpoint may be refused for: what follows from its access, path and bodies, and what it says itself.

use contract::{Endpoint, ProblemCode};
use domain::role::Access;
use serde_json::{Value, json};

use super::operation::changes;

/// In the order of `ProblemCode`'s statuses, each once.
pub(super) fn of<E: Endpoint>(is_paged: bool) -> Vec<ProblemCode> {
    use ProblemCode::{
        Forbidden, ForeignOrigin, Internal, InvalidCursor, InvalidSignature, MalformedRequest, NoCompany,
        NotConfigured, NotFound, NotSignedIn, ScopeMissing, StorageUnavailable, TooLarge, UnknownAccount,
        WrongContentType,
    };
    let mut codes = vec![Internal, StorageUnavailable, NotConfigured, MalformedRequest];
    match E::ACCESS {
        // A superadmin who names a company names one that is there.
        Access::Open => codes.push(NoCompany),
        Access::TwilioSigned => codes.extend([InvalidSignature, UnknownAccount]),
        Access::AtLeast(_) => codes.extend([NotSignedIn, Forbidden, ScopeMissing, NoCompany]),
    }
    if changes(E::METHOD) {
        // A body that nobody reads is still measured.
        codes.extend([ForeignOrigin, TooLarge, WrongContentType]);
    }
    if E::PATH.contains('{') {
        codes.push(NotFound);
    }
    if is_paged {
        codes.push(InvalidCursor);
    }
    codes.extend(E::REFUSES.iter().copied().flatten());
    codes.sort_by_key(|code| (code.status(), name(*code)));
    codes.dedup();
    codes
}

/// One response for each status.
pub(super) fn responses(codes: &[ProblemCode]) -> Vec<(u16, Value)> {
    codes
        .chunk_by(|one, next| one.status() == next.status())
        .filter_map(|chunk| {
            let names: Vec<_> = chunk.iter().copied().map(name).collect();
            let described = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let response = json!({
                "description": described.join(", "),
                "x-problem-codes": names,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            });
            chunk.first().map(|code| (code.status(), response))
        })
        .collect()
}

/// As it stands in an answer.
fn name(code: ProblemCode) -> String {
    json!(code).as_str().unwrap_or_default().to_owned()
}
