//! `production` and `staging`: what each is called at Cloudflare, read from wrangler.toml.

use std::fs;

use anyhow::{Context, Result, bail};
use toml::Table;

use crate::project;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Environment {
    pub(crate) name: String,
    pub(crate) worker: String,
    pub(crate) database: String,
    pub(crate) bucket: String,
    /// Where people and Twilio reach it, when wrangler.toml says so.
    pub(crate) public_url: Option<String>,
}

pub(crate) const PRODUCTION: &str = "production";

impl Environment {
    pub(crate) fn read_or_production(name: Option<&str>) -> Result<Self> {
        Self::read(name.unwrap_or(PRODUCTION))
    }

    pub(crate) fn read(name: &str) -> Result<Self> {
        let path = project::root().join("wrangler.toml");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(name, &text).context("wrangler.toml")
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let config: Table = text.parse()?;
        let part = part(&config, name)?;
        Ok(Self {
            name: name.to_owned(),
            worker: string(part, "name")?,
            database: string(first(part, "d1_databases")?, "database_name")?,
            bucket: string(first(part, "r2_buckets")?, "bucket_name")?,
            public_url: part
                .get("vars")
                .and_then(|vars| vars.get("PUBLIC_URL")?.as_str())
                .filter(|url| !url.is_empty())
                .map(str::to_owned),
        })
    }

    /// wrangler's own word for it: the top of the file is the empty environment.
    pub(crate) fn flag(&self) -> String {
        let name = if self.name == PRODUCTION { "" } else { &self.name };
        format!("--env={name}")
    }
}

fn part<'a>(config: &'a Table, name: &str) -> Result<&'a Table> {
    if name == PRODUCTION {
        return Ok(config);
    }
    let others = config.get("env").and_then(|env| env.as_table());
    match others.and_then(|env| env.get(name)?.as_table()) {
        Some(part) => Ok(part),
        None => bail!("there is no environment {name}: {PRODUCTION} or staging"),
    }
}

fn first<'a>(part: &'a Table, list: &str) -> Result<&'a Table> {
    part.get(list)
        .and_then(|list| list.as_array()?.first()?.as_table())
        .with_context(|| format!("no {list}"))
}

fn string(part: &Table, name: &str) -> Result<String> {
    part.get(name)
        .and_then(|value| value.as_str())
        .map(str::to_owned)
        .with_context(|| format!("no {name}"))
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::*;

    fn config() -> Table {
        fs::read_to_string(project::root().join("wrangler.toml"))
            .unwrap()
            .parse()
            .unwrap()
    }

    #[test]
    fn production_is_the_top_and_staging_shares_nothing_with_it() {
        let [production, staging] = [PRODUCTION, "staging"].map(|name| Environment::read(name).unwrap());
        assert_eq!([production.flag(), staging.flag()], ["--env=", "--env=staging"]);
        assert_ne!(production.worker, staging.worker);
        assert_ne!(production.database, staging.database);
        assert_ne!(production.bucket, staging.bucket);
        assert!(Environment::read("holiday").is_err());
    }

    /// Keys that name a thing of one's own, so that they must differ.
    const OWN: [&str; 4] = ["name", "database_name", "bucket_name", "namespace_id"];

    fn without_names(value: &Value, at: &str) -> Value {
        match value {
            Value::Array(items) => Value::Array(items.iter().map(|item| without_names(item, at)).collect()),
            Value::Table(table) => {
                let is_binding = |key: &str| key == "name" && !at.is_empty();
                let kept = table
                    .iter()
                    .filter(|(key, _)| !OWN.contains(&key.as_str()) || is_binding(key))
                    .map(|(key, value)| (key.clone(), without_names(value, key)));
                Value::Table(kept.collect())
            }
            other => other.clone(),
        }
    }

    /// wrangler lets an environment inherit no binding: one that is forgotten is missed only once it is deployed.
    #[test]
    fn staging_is_bound_to_all_that_production_is_bound_to() {
        let config = config();
        let staging = part(&config, "staging").unwrap();
        let not_inherited = [
            "d1_databases",
            "r2_buckets",
            "durable_objects",
            "ratelimits",
            "vars",
            "queues",
        ];
        for key in not_inherited {
            let [ours, theirs] =
                [&config, staging].map(|part| part.get(key).map(|value| without_names(value, key)));
            assert_eq!(ours, theirs, "{key}");
        }
    }
}
