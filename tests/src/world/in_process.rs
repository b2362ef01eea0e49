//! The whole product in this process: the router called as the platform calls it, SQLite in memory with the real
//! migrations, the simulated Twilio behind the port, and a clock that only a test moves.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use domain::Timestamp;
use domain::ids::CompanyId;
use server::live::connect::ConnectToHub;
use server::media::serve::{ServeBlob, lost};
use server::native::{MemoryBlobs, MovedClock, NoThrottle, Repeatable, Sqlite};
use server::ports::{AfterAnswer, Clock, Later, Wake, WakeUp};
use server::{App, Settings};
use simulator::{Config, Delays, Twilio};

use super::blobs;
use super::described;
use super::faulty::{FaultyDatabase, FaultyTwilio};
use super::hook_receiver::FakeHooks;
use super::hubs::Hubs;
use super::push_service::FakePush;
use super::site::{Answer, Request, Site, Socket};
use super::{ADMIN_TOKEN, ENCRYPTION_KEY, FRIENDLY_ORIGIN, World};

const URL: &str = "https://edgeline.test";
/// 2026-01-31T09:30:00Z.
const START: i64 = 1_769_851_800_000;

pub struct InProcess {
    pub app: Arc<App>,
    router: Router,
    pub database: FaultyDatabase,
    pub twilio_port: FaultyTwilio,
    pub blobs: MemoryBlobs,
    pub twilio: Arc<Mutex<Twilio>>,
    pub push: FakePush,
    pub hooks: FakeHooks,
    clock: Arc<MovedClock>,
    hubs: Hubs,
    alarms: Alarms,
    /// How much each step of a dispatcher asked of Twilio.
    requests_by_step: Mutex<Vec<usize>>,
}

impl InProcess {
    pub fn start() -> Arc<Self> {
        Self::start_with(&[])
    }

    /// With further variables of the deployment.
    pub fn start_with(variables: &[(&str, &str)]) -> Arc<Self> {
        let settings = Settings::parse(|name| {
            let fixed = [
                ("PUBLIC_URL", URL),
                ("ADMIN_TOKEN", ADMIN_TOKEN),
                ("ENCRYPTION_KEY", ENCRYPTION_KEY),
                ("ALLOWED_ORIGINS", FRIENDLY_ORIGIN),
                ("TWILIO_API_BASE", "http://twilio.test"),
            ];
            let all = variables.iter().chain(&fixed);
            all.copied()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_owned())
        });
        let twilio = Arc::new(Mutex::new(Twilio::new(Config {
            seed: 1,
            api_base: "http://twilio.test".to_owned(),
            media_base: "http://media.test".to_owned(),
            delays: Delays::default(),
        })));
        let clock = Arc::new(MovedClock::at(Timestamp::from_millis(START)));
        let migrations = migrations();
        let sqlite = Sqlite::in_memory(migrations.iter().map(String::as_str)).unwrap();
        let database = FaultyDatabase::new(sqlite);
        let twilio_port = FaultyTwilio::new(Arc::clone(&twilio), Arc::clone(&clock));
        let blobs = MemoryBlobs::new(blobs::web_of(&twilio, &clock));
        let hubs = Hubs::new(Arc::clone(&clock));
        let alarms = Alarms::default();
        let push = FakePush::default();
        let hooks = FakeHooks::default();
        let app = Arc::new(App {
            settings: settings.unwrap(),
            database: Box::new(database.clone()),
            blobs: Box::new(blobs.clone()),
            twilio: Box::new(twilio_port.clone()),
            live: Box::new(hubs.clone()),
            wake: Box::new(alarms.clone()),
            clock: Box::new(Arc::clone(&clock)),
            entropy: Box::new(Repeatable::seeded(1)),
            throttle: Box::new(NoThrottle),
            push: Box::new(push.clone()),
            hooks: Box::new(hooks.clone()),
            accounts: Default::default(),
            displays: Default::default(),
            push_listeners: Default::default(),
            hook_listeners: Default::default(),
        });
        let router = server::web::routes().into_router(Arc::clone(&app));
        let site = Arc::new(Self {
            app,
            router,
            database,
            twilio_port,
            blobs,
            twilio,
            push,
            hooks,
            clock,
            hubs,
            alarms,
            requests_by_step: Mutex::default(),
        });
        let weak: Weak<dyn Site> = Arc::downgrade(&(Arc::clone(&site) as Arc<dyn Site>));
        site.twilio_port.reaches(weak);
        site
    }

    pub fn world(self: &Arc<Self>) -> World {
        World::new(Arc::clone(self) as Arc<dyn Site>, Arc::clone(&self.twilio))
    }

    /// Lets time go by, and the alarms of that time go off.
    pub fn pass(&self, time: Duration) {
        self.clock.advance(time);
        self.run_alarms();
    }

    pub fn requests_by_step(&self) -> Vec<usize> {
        self.requests_by_step.lock().unwrap().clone()
    }

    /// As if the platform had forgotten every alarm.
    pub fn lose_alarms(&self) {
        self.alarms.0.lock().unwrap().clear();
    }

    /// From now on no browser can be told anything.
    pub fn silence_live(&self) {
        self.hubs.silence();
    }

    /// The hourly alarm of every live hub.
    pub fn expire_hubs(&self) {
        self.hubs.expire();
    }

    fn run_alarms(&self) {
        while let Some(call) = self.alarms.take_due(self.clock.now()) {
            let step =
                server::sending::dispatch::step(&self.app, &call.public_url, &call.company, &call.sender);
            let before = self.twilio_port.asked.lock().unwrap().len();
            let stepped = pollster::block_on(step);
            let asked = self.twilio_port.asked.lock().unwrap().len() - before;
            self.requests_by_step.lock().unwrap().push(asked);
            // A step that fails is tried again by the sweep, as in production.
            match stepped {
                Ok(Some(at)) => self.alarms.set(WakeUp { at, ..call }),
                Ok(None) => {}
                Err(failure) => eprintln!("a dispatcher's step failed: {failure:?}"),
            }
        }
    }
}

impl Site for InProcess {
    fn url(&self) -> &str {
        URL
    }

    fn send(&self, request: Request) -> Answer {
        self.clock.advance(Duration::from_millis(1));
        let (method, path) = (request.method, request.path.clone());
        let (answer, _) = self.ask(request);
        described::check(method, &path, &answer);
        answer
    }

    fn connect(&self, path: &str, headers: &[(String, String)]) -> Result<Box<dyn Socket>, Answer> {
        let mut request = Request::new("GET", path)
            .header("upgrade", "websocket")
            .header("connection", "Upgrade");
        request.headers.extend(headers.iter().cloned());
        match self.ask(request) {
            (_, Some(hub)) => Ok(Box::new(self.hubs.connect(&hub))),
            (answer, None) => Err(answer),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn wait_a_little(&self, waited: &mut u32) -> bool {
        *waited += 1;
        self.pass(if *waited < 200 {
            Duration::from_millis(50)
        } else {
            Duration::from_secs(5)
        });
        *waited < 1_000
    }

    fn sweep(&self) {
        pollster::block_on(server::sending::sweep::sweep(&self.app)).unwrap();
        self.run_alarms();
    }

    fn sql(&self, query: &str) -> Vec<serde_json::Value> {
        self.database.read(query)
    }
}

impl InProcess {
    /// What the platform does with an answer whose body lies in the bucket.
    fn with_blob(&self, response: Response) -> Response {
        let Some(blob) = response.extensions().get::<ServeBlob>().cloned() else {
            return response;
        };
        let Some(bytes) = self.blobs.read(&blob.key) else {
            return lost(&blob);
        };
        let (offset, length) = (blob.offset as usize, blob.length as usize);
        response.map(|_| Body::from(bytes[offset..offset + length].to_vec()))
    }

    fn ask(&self, request: Request) -> (Answer, Option<ConnectToHub>) {
        let work: Arc<Mutex<Vec<Later<'static, ()>>>> = Arc::default();
        let put_off = Arc::clone(&work);
        let mut builder = http::Request::builder()
            .method(request.method)
            .uri(format!("{URL}{}", request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let mut asked = builder.body(Body::from(request.body)).unwrap();
        asked.extensions_mut().insert(AfterAnswer(Arc::new(move |later| {
            put_off.lock().unwrap().push(later);
        })));
        let response = pollster::block_on(server::web::serve(&self.app, &self.router, asked));
        let hub = response.extensions().get::<ConnectToHub>().cloned();
        let response = self.with_blob(response);
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| {
                    (
                        name.as_str().to_owned(),
                        String::from_utf8_lossy(value.as_bytes()).into_owned(),
                    )
                })
                .collect(),
            body: pollster::block_on(to_bytes(body, usize::MAX)).unwrap().to_vec(),
        };
        // What the platform does once the answer has left.
        // One work may put off another.
        loop {
            let later = std::mem::take(&mut *work.lock().unwrap());
            if later.is_empty() {
                break;
            }
            later.into_iter().for_each(pollster::block_on);
        }
        (answer, hub)
    }
}

/// The real ones, in their order.
pub fn migrations() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap())
        .collect()
}

/// When each number's dispatcher wakes.
#[derive(Clone, Default)]
struct Alarms(Arc<Mutex<BTreeMap<(CompanyId, String), WakeUp>>>);

impl Alarms {
    /// At that time or sooner; an address that is known is not forgotten.
    fn set(&self, mut call: WakeUp) {
        let mut alarms = self.0.lock().unwrap();
        let key = (call.company.clone(), call.sender.clone());
        if let Some(before) = alarms.get(&key) {
            call.at = call.at.min(before.at);
            if call.public_url.is_empty() {
                call.public_url = before.public_url.clone();
            }
        }
        alarms.insert(key, call);
    }

    fn take_due(&self, now: Timestamp) -> Option<WakeUp> {
        let mut alarms = self.0.lock().unwrap();
        let due = alarms.iter().find(|(_, call)| call.at <= now)?.0.clone();
        alarms.remove(&due)
    }
}

impl Wake for Alarms {
    fn wake(&self, call: WakeUp) -> Later<'_, Result<(), String>> {
        self.set(call);
        Box::pin(std::future::ready(Ok(())))
    }
}
