//! A browser asks to be told, or no longer.

use contract::push::{ForgetPush, GetPushKey, PushKey, SubscribePush};
use contract::{Nothing, ProblemCode};

use super::encrypt::Receiver;
use super::store;
use super::vapid::Vapid;
use crate::access::authenticate::CallerKind;
use crate::web::{Answer, Call};
use crate::{Failure, Refusal};

const LONGEST_ENDPOINT: usize = 1000;

pub async fn key(call: Call<GetPushKey>) -> Result<Answer<PushKey>, Failure> {
    let public_key = Vapid::of(&call.app).await?.public();
    Ok(Answer::ok(PushKey { public_key }))
}

pub async fn subscribe(call: Call<SubscribePush>) -> Result<Answer<Nothing>, Failure> {
    // A token has no browser.
    let CallerKind::Session(session) = &call.caller.kind else {
        return Err(ProblemCode::Forbidden.into());
    };
    let refuse = |field| Refusal::new(ProblemCode::InvalidPushSubscription).at(field);
    if !is_push_address(&call.body.endpoint) {
        return Err(refuse("endpoint").into());
    }
    Receiver::parse(&call.body.keys).map_err(|_| refuse("keys"))?;
    let company = call.caller.company()?;
    let statement = store::subscribe(company, session, &call.body, call.app.now());
    call.app.database.query(statement).await?;
    call.app.push_listeners.forget(company);
    Ok(Answer::ok(Nothing {}))
}

pub async fn forget(call: Call<ForgetPush>) -> Result<Answer<Nothing>, Failure> {
    let statement = store::forget(call.caller.company()?, &call.body.endpoint);
    call.app.database.query(statement).await?;
    Ok(Answer::ok(Nothing {}))
}

/// We send to it by ourselves later: only to a plain https address, without an account or a port of its own.
fn is_push_address(endpoint: &str) -> bool {
    let host = endpoint.strip_prefix("https://").unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = endpoint.bytes().all(|byte| byte.is_ascii_graphic());
    let named = host.contains('.') && host.bytes().any(|byte| byte.is_ascii_alphabetic());
    plain && named && endpoint.len() <= LONGEST_ENDPOINT && !host.contains(['@', ':', '['])
}

#[cfg(test)]
mod tests {
    use super::is_push_address;

    #[test]
    fn only_a_push_service_s_own_address_is_sent_to() {
        assert!(is_push_address("https://fcm.googleapis.com/fcm/send/abc:def"));
        assert!(is_push_address(
            "https://updates.push.services.mozilla.com/wpush/v2/x"
        ));
        for bad in [
            "",
            "http://fcm.googleapis.com/x",
            "https://localhost/x",
            "https://127.0.0.1/x",
            "https://[::1]/x",
            "https://a:b@push.example/x",
            "https://push.example:8443/x",
            "https://push.example/a b",
        ] {
            assert!(!is_push_address(bad), "{bad}");
        }
    }
}
