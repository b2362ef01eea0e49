//! Files between us and Twilio: ours are fetched by Twilio as it does it, theirs are reached by our downloads.

use std::sync::{Arc, Mutex};

use domain::Timestamp;
use server::native::{MovedClock, WebAnswer};
use server::ports::Clock;
use server::ports::blobs::Download;
use simulator::FetchOutcome;
use simulator::{ApiHttpRequest, Twilio};

use super::site::{Request, Site};

/// The web of a deployment in process: the simulated Twilio's two origins, and nothing else.
pub fn web_of(
    twilio: &Arc<Mutex<Twilio>>,
    clock: &Arc<MovedClock>,
) -> impl Fn(&Download) -> Option<WebAnswer> + Send + Sync + 'static {
    let (twilio, clock) = (Arc::clone(twilio), Arc::clone(clock));
    move |download| {
        let (is_media, path) = match download.url.strip_prefix("http://media.test") {
            Some(path) => (true, path),
            None => (false, download.url.strip_prefix("http://twilio.test")?),
        };
        let asked = ApiHttpRequest {
            method: "GET".to_owned(),
            path_and_query: path.to_owned(),
            authorization: download.authorization.clone(),
            content_type: None,
            body: Vec::new(),
        };
        let mut twilio = twilio.lock().unwrap();
        let answer = if is_media {
            twilio.serve_media(clock.now(), &asked)
        } else {
            twilio.handle(clock.now(), &asked)
        };
        let location = answer
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("location"));
        (!answer.connection_lost).then(|| WebAnswer {
            status: answer.status,
            location: location.map(|(_, value)| value.clone()),
            body: answer.body.clone(),
        })
    }
}

/// Twilio fetches the files that are due: HEAD, then GET, as it does.
pub fn fetch_due(site: &dyn Site, twilio: &Mutex<Twilio>, now: Timestamp) {
    let due = twilio.lock().unwrap().fetches_due(now);
    for fetch in due {
        let outcome = match fetch.url.strip_prefix(site.url()) {
            Some(path) => {
                let head = site.send(Request::new("HEAD", path));
                let answer = site.send(Request::new("GET", path));
                // A bucket that lost the file is found out only by reading it.
                if answer.status == 200 {
                    assert_eq!(head.status, 200, "HEAD of {path}");
                    assert_eq!(head.header("content-type"), answer.header("content-type"));
                }
                assert!(head.body.is_empty());
                FetchOutcome::Answered {
                    status: answer.status,
                    content_type: answer.header("content-type").map(str::to_owned),
                    bytes: answer.body,
                }
            }
            // A file somewhere on the web, which these tests do not have.
            None => FetchOutcome::Answered {
                status: 200,
                content_type: Some("image/jpeg".to_owned()),
                bytes: vec![0xff, 0xd8, 0xff],
            },
        };
        twilio.lock().unwrap().fetched(fetch.id, site.now(), outcome);
    }
}
