//! The built Worker on a real workerd (`worker/serve.mjs`), one for all scenarios of the test binary.
//! Real time passes here, so this is the one place that looks at it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::Timestamp;
use serde_json::{Value, json};

use super::described;
use super::site::{Answer, Request, Site, Socket};
use super::socket::WebSocket;

const PATIENCE: Duration = Duration::from_secs(30);
/// workerd closes a connection that was idle for five seconds; a request that is written at that very moment would be lost.
const MOST_IDLE: Duration = Duration::from_secs(3);

pub struct Workerd {
    url: String,
    direct_url: String,
    agent: ureq::Agent,
    process: Mutex<Process>,
    answers: Arc<Mutex<HashMap<u64, Sender<Value>>>>,
    state: PathBuf,
}

struct Process {
    child: Child,
    commands: ChildStdin,
    last_id: u64,
}

/// What `worker/serve.mjs` says that is no answer to a command.
pub enum News {
    Ready { url: String, direct: String },
    Died,
}

impl Workerd {
    /// Starts one with its own state; `variables` as in `wrangler.toml` and the secrets.
    pub fn start(variables: &[(&str, &str)]) -> (Self, Receiver<News>) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert!(
            root.join("worker/build/index.js").exists(),
            "worker/build is missing: run `cargo xtask build` (or `cargo xtask test`, which does) first"
        );
        let state =
            std::env::temp_dir().join(format!("edgeline-workerd-{}-{}", std::process::id(), unique()));
        let mut command = Command::new(root.join("node_modules/node/bin/node"));
        command
            .arg("worker/serve.mjs")
            .args(["--no-cron", "--direct-port", "0", "--state"])
            .arg(&state)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file(&state));
        for (name, value) in variables {
            command.arg("--var").arg(format!("{name}={value}"));
        }
        let mut child = command.spawn().expect("node of node_modules: run `npm ci`");
        let output = BufReader::new(child.stdout.take().unwrap());
        let commands = child.stdin.take().unwrap();
        let answers: Arc<Mutex<HashMap<u64, Sender<Value>>>> = Arc::default();
        let (tell, news) = channel();
        let waiting = Arc::clone(&answers);
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let value: Value = serde_json::from_str(&line).unwrap_or(Value::Null);
                if let Some(asked) = value["id"]
                    .as_u64()
                    .and_then(|id| waiting.lock().unwrap().remove(&id))
                {
                    // Nobody waits any more when the test gave up.
                    let _ = asked.send(value);
                } else if let Some(url) = value["ready"].as_str() {
                    let direct = value["direct"].as_str().unwrap_or(url).to_owned();
                    let _ = tell.send(News::Ready {
                        url: url.to_owned(),
                        direct,
                    });
                } else if value["died"].is_string() {
                    let _ = tell.send(News::Died);
                } else {
                    eprintln!("worker/serve.mjs: {line}");
                }
            }
        });
        let Ok(News::Ready { url, direct }) = news.recv_timeout(PATIENCE) else {
            panic!(
                "workerd did not get ready; see {}",
                state.with_extension("log").display()
            );
        };
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(PATIENCE))
            .max_idle_age(MOST_IDLE)
            .build()
            .new_agent();
        let process = Mutex::new(Process {
            child,
            commands,
            last_id: 0,
        });
        let workerd = Self {
            url,
            direct_url: direct,
            agent,
            process,
            answers,
            state,
        };
        (workerd, news)
    }

    /// Leads to the Worker without the development server before it.
    pub fn direct_url(&self) -> &str {
        &self.direct_url
    }

    pub fn command(&self, mut command: Value) -> Value {
        let (tell, answer) = channel();
        {
            let mut process = self.process.lock().unwrap();
            process.last_id += 1;
            command["id"] = json!(process.last_id);
            self.answers.lock().unwrap().insert(process.last_id, tell);
            writeln!(process.commands, "{command}").unwrap();
        }
        let answer = answer
            .recv_timeout(PATIENCE)
            .expect("worker/serve.mjs did not answer");
        assert!(answer["error"].is_null(), "{command}: {}", answer["error"]);
        answer
    }

    /// One request; `Err` when no whole answer came.
    pub fn try_send(&self, base: &str, request: Request) -> Result<Answer, ureq::Error> {
        let mut builder = ureq::http::Request::builder()
            .method(request.method)
            .uri(format!("{base}{}", request.path));
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let has_body = !request.body.is_empty() || matches!(request.method, "POST" | "PATCH");
        let response = if has_body {
            self.agent.run(builder.body(request.body).unwrap())
        } else {
            self.agent.run(builder.body(()).unwrap())
        };
        let (parts, mut body) = response?.into_parts();
        Ok(Answer {
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
            body: body.read_to_vec()?,
        })
    }
}

impl Site for Workerd {
    fn url(&self) -> &str {
        &self.url
    }

    fn send(&self, request: Request) -> Answer {
        let (method, path) = (request.method, request.path.clone());
        let answer = self
            .try_send(&self.url, request)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        described::check(method, &path, &answer);
        answer
    }

    fn connect(&self, path: &str, headers: &[(String, String)]) -> Result<Box<dyn Socket>, Answer> {
        WebSocket::connect(&self.url, path, headers).map(|socket| Box::new(socket) as Box<dyn Socket>)
    }

    fn now(&self) -> Timestamp {
        wall_clock()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "another process needs real time; the caller's loop ends"
    )]
    fn wait_a_little(&self, waited: &mut u32) -> bool {
        const STEP: Duration = Duration::from_millis(10);
        thread::sleep(STEP);
        *waited += 1;
        STEP * *waited < PATIENCE
    }

    fn sweep(&self) {
        let outcome = self.command(json!({ "cron": "* * * * *" }));
        assert_eq!(outcome["outcome"], "ok");
    }

    fn sql(&self, query: &str) -> Vec<Value> {
        self.command(json!({ "sql": query }))["rows"]
            .as_array()
            .cloned()
            .unwrap()
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        // Its standard input closes with the process, too, so a test binary that dies leaves nothing behind.
        let child = &mut self.process.get_mut().unwrap().child;
        let _ = child.kill();
        let _ = child.wait();
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

fn log_file(state: &Path) -> Stdio {
    std::fs::create_dir_all(state).unwrap();
    std::fs::File::create(state.with_extension("log")).unwrap().into()
}

#[expect(clippy::disallowed_methods, reason = "workerd's clock is the real one")]
pub fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// A number that no other call in this process has got.
pub fn unique() -> u64 {
    static LAST: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}
