//! The deployment against an account that is played, with the words of the real wrangler. No account can be reached
//! from a test; what wrangler itself makes of the bundle is tried in worker/tests/deploy.test.mjs.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::json;

use super::environment::{Environment, PRODUCTION};
use super::secrets::Kept;
use super::steps::{Deployed, Wanted, deploy};
use super::wrangler::{Said, Wrangler};

const ADDRESS: &str = "https://edgeline.shop.workers.dev";

#[derive(Default)]
struct Account {
    is_signed_in: bool,
    databases: Vec<String>,
    buckets: Vec<String>,
    is_migrated: bool,
    /// The running version's tag, and all secrets with their values.
    worker: Option<(String, BTreeMap<String, String>)>,
    /// All that it was asked, without what goes through every time.
    asked: Vec<String>,
    /// Breaks at the command that begins so.
    broken: Option<&'static str>,
}

struct Played(RefCell<Account>);

fn said(output: impl Into<String>) -> Said {
    Said {
        succeeded: true,
        output: output.into(),
        complaint: String::new(),
    }
}

fn refused(complaint: &str) -> Said {
    Said {
        succeeded: false,
        output: String::new(),
        complaint: complaint.to_owned(),
    }
}

impl Wrangler for Played {
    fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        let mut account = self.0.borrow_mut();
        let line = arguments.join(" ");
        account.asked.push(line.clone());
        if account.broken.is_some_and(|start| line.starts_with(start)) {
            return Ok(refused(
                "✘ [ERROR] A request to the Cloudflare API failed. internal error [code: 10000]",
            ));
        }
        Ok(match arguments {
            ["whoami", "--json"] if account.is_signed_in => said(r#"{"loggedIn":true}"#),
            ["whoami", "--json"] => refused(r#"{"loggedIn":false}"#),
            ["d1", "list", "--json"] => {
                let list: Vec<_> = account
                    .databases
                    .iter()
                    .map(|name| json!({"uuid": "u", "name": name}))
                    .collect();
                said(json!(list).to_string())
            }
            ["d1", "create", name] => {
                account.databases.push((*name).to_owned());
                said("✅ Successfully created DB")
            }
            ["r2", "bucket", "list"] => {
                let list: Vec<_> = account
                    .buckets
                    .iter()
                    .map(|name| format!("name:           {name}\ncreation_date:  2026-01-01T00:00:00.000Z"))
                    .collect();
                said(format!("Listing buckets...\n{}", list.join("\n\n")))
            }
            ["r2", "bucket", "create", name] => {
                account.buckets.push((*name).to_owned());
                said("✅ Created bucket")
            }
            ["secret", "list", ..] => match &account.worker {
                Some((_, secrets)) => {
                    let list: Vec<_> = secrets
                        .keys()
                        .map(|name| json!({"name": name, "type": "secret_text"}))
                        .collect();
                    said(json!(list).to_string())
                }
                None => refused(
                    "✘ [ERROR] Worker \"edgeline\" not found.\n\n  If this is a new Worker, run `wrangler deploy` first to create it.",
                ),
            },
            ["d1", "migrations", "list", ..] if account.is_migrated => said("✅ No migrations to apply!"),
            ["d1", "migrations", "list", ..] => said("Migrations to be applied:\n│ 0001_people.sql │"),
            ["d1", "migrations", "apply", ..] => {
                account.is_migrated = true;
                said("✅")
            }
            ["deployments", "status", "--json", _] => {
                said(json!({"versions": [{"version_id": "v1", "percentage": 100}]}).to_string())
            }
            ["versions", "view", "v1", "--json", _] => {
                let tag = account.worker.as_ref().map(|(tag, _)| tag);
                said(json!({"id": "v1", "annotations": {"workers/tag": tag}}).to_string())
            }
            _ => panic!("wrangler knows no {line}"),
        })
    }

    fn deploy(&self, arguments: &[&str]) -> anyhow::Result<Vec<String>> {
        let mut account = self.0.borrow_mut();
        account.asked.push(arguments.join(" "));
        anyhow::ensure!(account.broken != Some("deploy"), "the network is down");
        let ["deploy", "--tag", tag, _, rest @ ..] = arguments else {
            panic!("not how it is deployed: {arguments:?}");
        };
        let mut secrets = account
            .worker
            .take()
            .map(|(_, secrets)| secrets)
            .unwrap_or_default();
        if let ["--secrets-file", path] = rest {
            let more: BTreeMap<String, String> =
                serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
            secrets.extend(more);
        }
        account.worker = Some(((*tag).to_owned(), secrets));
        Ok(vec![ADDRESS.to_owned()])
    }
}

/// An account, and the machine that deploys to it.
struct Stage {
    account: Played,
    folder: PathBuf,
    given: BTreeMap<String, String>,
}

impl Stage {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("edgeline-deploy-{name}-{}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        let account = Account {
            is_signed_in: true,
            ..Account::default()
        };
        Self {
            account: Played(RefCell::new(account)),
            folder,
            given: BTreeMap::new(),
        }
    }

    fn deploy(&self, fingerprint: &str) -> anyhow::Result<Deployed> {
        self.account.0.borrow_mut().asked.clear();
        let mut kept = Kept::open(self.folder.join("production.json"))?;
        let wanted = Wanted {
            environment: &Environment::read(PRODUCTION).unwrap(),
            fingerprint,
            given: &self.given,
            folder: &self.folder,
        };
        deploy(&self.account, &wanted, &mut kept)
    }

    fn secrets(&self) -> BTreeMap<String, String> {
        self.account.0.borrow().worker.as_ref().unwrap().1.clone()
    }

    /// Without `changing`, it was only looked.
    fn changed(&self) -> Vec<String> {
        let reads = [
            "whoami",
            "d1 list",
            "r2 bucket list",
            "secret list",
            "d1 migrations list",
            "deployments",
            "versions",
        ];
        let account = self.account.0.borrow();
        let changes = account
            .asked
            .iter()
            .filter(|line| !reads.iter().any(|read| line.starts_with(read)));
        changes.cloned().collect()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.folder).ok();
    }
}

#[test]
fn an_empty_account_becomes_a_deployment_in_one_order() {
    let stage = Stage::new("empty");
    let deployed = stage.deploy("one").unwrap();
    assert_eq!(deployed.address.as_deref(), Some(ADDRESS));
    let upload = stage.folder.join("production.upload.json");
    assert_eq!(
        stage.changed(),
        [
            "d1 create edgeline".to_owned(),
            "r2 bucket create edgeline-media".to_owned(),
            "d1 migrations apply DB --remote --env=".to_owned(),
            format!("deploy --tag one --env= --secrets-file {}", upload.display()),
        ]
    );
    let names: BTreeSet<_> = stage.secrets().into_keys().collect();
    assert_eq!(
        names,
        BTreeSet::from(["ADMIN_TOKEN".to_owned(), "ENCRYPTION_KEY".to_owned()])
    );
    assert!(!upload.exists(), "the file with the secrets is gone");
}

#[test]
fn a_second_run_changes_nothing_and_still_knows_the_address() {
    let stage = Stage::new("again");
    stage.deploy("one").unwrap();
    let before = stage.secrets();
    let again = stage.deploy("one").unwrap();
    assert_eq!(
        again,
        Deployed {
            address: Some(ADDRESS.to_owned()),
            changes: Vec::new()
        }
    );
    assert_eq!(stage.changed(), Vec::<String>::new());
    assert_eq!(stage.secrets(), before);
}

#[test]
fn new_code_is_deployed_without_touching_the_secrets() {
    let stage = Stage::new("newer");
    stage.deploy("one").unwrap();
    let before = stage.secrets();
    stage.deploy("two").unwrap();
    assert_eq!(stage.changed(), ["deploy --tag two --env="]);
    assert_eq!(stage.secrets(), before);
}

#[test]
fn a_run_that_broke_off_anywhere_is_taken_up_with_the_same_key() {
    for step in ["d1 create", "r2 bucket create", "d1 migrations apply", "deploy"] {
        let stage = Stage::new("broken");
        stage.account.0.borrow_mut().broken = Some(step);
        assert!(stage.deploy("one").is_err(), "{step}");
        let kept = Kept::open(stage.folder.join("production.json")).unwrap();
        let key = kept.get("ENCRYPTION_KEY").map(str::to_owned);
        assert!(key.is_some());
        stage.account.0.borrow_mut().broken = None;
        stage.deploy("one").unwrap();
        assert_eq!(stage.secrets().get("ENCRYPTION_KEY"), key.as_ref(), "{step}");
        assert_eq!(stage.account.0.borrow().databases.len(), 1);
    }
}

#[test]
fn whoever_is_not_signed_in_is_told_so_before_anything_is_made() {
    let stage = Stage::new("stranger");
    stage.account.0.borrow_mut().is_signed_in = false;
    let refused = stage.deploy("one").unwrap_err().to_string();
    assert!(refused.contains("wrangler login"), "{refused}");
    assert_eq!(stage.account.0.borrow().asked, ["whoami --json"]);
}

#[test]
fn a_list_of_secrets_that_cannot_be_had_is_not_an_empty_one() {
    let stage = Stage::new("unknown");
    stage.deploy("one").unwrap();
    let before = stage.secrets();
    stage.account.0.borrow_mut().broken = Some("secret list");
    assert!(stage.deploy("two").is_err());
    assert_eq!(stage.changed(), Vec::<String>::new());
    assert_eq!(stage.secrets(), before);
}

#[test]
fn a_database_with_sealed_credentials_gets_no_new_key() {
    let stage = Stage::new("foreign");
    stage.account.0.borrow_mut().databases.push("edgeline".to_owned());
    let refused = stage.deploy("one").unwrap_err().to_string();
    assert!(refused.contains("ENCRYPTION_KEY"), "{refused}");
    assert_eq!(
        stage
            .account
            .0
            .borrow()
            .worker
            .as_ref()
            .map(|(tag, _)| tag.clone()),
        None
    );

    let mut stage = stage;
    stage
        .given
        .insert("ENCRYPTION_KEY".to_owned(), "the one that sealed them".to_owned());
    stage.deploy("one").unwrap();
    assert_eq!(
        stage.secrets().get("ENCRYPTION_KEY").map(String::as_str),
        Some("the one that sealed them")
    );
}

#[test]
fn a_build_server_makes_no_key_that_dies_with_it() {
    let mut stage = Stage::new("server");
    stage.given.insert("CI".to_owned(), "true".to_owned());
    let refused = stage.deploy("one").unwrap_err().to_string();
    assert!(refused.contains("ENCRYPTION_KEY"), "{refused}");
    assert_eq!(stage.changed(), Vec::<String>::new());
    for name in ["ENCRYPTION_KEY", "ADMIN_TOKEN"] {
        stage
            .given
            .insert(name.to_owned(), format!("the {name} of the server"));
    }
    stage.deploy("one").unwrap();
    assert_eq!(
        stage.secrets().get("ADMIN_TOKEN").map(String::as_str),
        Some("the ADMIN_TOKEN of the server")
    );
}

#[test]
fn a_twilio_account_in_the_environment_is_handed_on_once() {
    let mut stage = Stage::new("twilio");
    stage.deploy("one").unwrap();
    stage
        .given
        .insert("TWILIO_ACCOUNT_SID".to_owned(), "AC1".to_owned());
    let deployed = stage.deploy("one").unwrap();
    assert!(
        deployed
            .changes
            .contains(&"set the secret TWILIO_ACCOUNT_SID".to_owned())
    );
    assert_eq!(
        stage.secrets().get("TWILIO_ACCOUNT_SID").map(String::as_str),
        Some("AC1")
    );
    assert_eq!(stage.deploy("one").unwrap().changes, Vec::<String>::new());
}

#[test]
fn secrets_are_kept_for_their_owners_eyes_only() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new("private");
    stage.deploy("one").unwrap();
    let mode = fs::metadata(stage.folder.join("production.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}
