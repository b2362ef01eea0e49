//! A request from Twilio: proved by its signature, or refused and kept for whoever looks into why.
//! <https://www.twilio.com/docs/usage/security#validating-requests>

use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use contract::ProblemCode;
use contract::recorder::WebhookOutcome;
use domain::ids::{CompanyId, MessageId};
use domain::{Address, Timestamp};
use http::Uri;
use http::header::CONTENT_TYPE;
use twilio::AuthToken;
use twilio::params::Params;
use twilio::signature::{SignedBody, verify};

use crate::health::probe;
use crate::integrations::cache::{AccountCache, Freshness, KnownIntegration};
use crate::ports::AfterAnswer;
use crate::ports::database::Statement;
use crate::recorder::log::Came;
use crate::recorder::note::{HEADERS, Note};
use crate::web::RequestMeta;
use crate::web::call::read_body;
use crate::{App, Failure};

const MOST_BYTES: usize = 64 * 1024;
/// Rejected requests are kept up to this many of an account, and of all accounts together that nobody has: a stranger can
/// neither fill the database nor push out what others look for.
const KEPT_REJECTIONS: i64 = 1000;
const REJECTIONS_KEPT_FOR: Duration = Duration::from_secs(30 * 86_400);

/// A form that claims to come from Twilio.
pub struct UnverifiedWebhook {
    pub params: Params,
    raw: String,
    signature: String,
    meta: RequestMeta,
    again: Option<Replay>,
    note: Note,
}

/// In the extensions of a request that was kept and is tried again; nothing from outside puts it there.
#[derive(Clone)]
pub enum Replay {
    /// Refused when it came, and kept already.
    Unproved,
    /// Its signature was right when it came, and it was for this company.
    Proved(CompanyId),
}

/// One whose signature is right, with the integration that it is for.
pub struct VerifiedWebhook {
    pub params: Params,
    pub after: AfterAnswer,
    /// The query's `m`: our message's id, in the `StatusCallback` addresses that we give out.
    pub message_id: Option<MessageId>,
    /// Where Twilio reaches us.
    pub public_url: String,
    /// Of the flight recorder.
    pub note: Note,
    is_probe: bool,
    known: Arc<Vec<KnownIntegration>>,
    chosen: usize,
}

impl UnverifiedWebhook {
    pub async fn read(app: &Arc<App>, request: Request) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let meta = RequestMeta::read(app, &parts)?;
        let bytes = read_body(&parts, body, MOST_BYTES).await?;
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let content_type = header(CONTENT_TYPE.as_str())
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        if !content_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(ProblemCode::WrongContentType.into());
        }
        let raw =
            String::from_utf8(bytes.to_vec()).map_err(|_| Failure::from(ProblemCode::MalformedRequest))?;
        let note = parts.extensions.get::<Note>().cloned().unwrap_or_default();
        let (signature, again) = (header("x-twilio-signature"), parts.extensions.get::<Replay>());
        let came = Came {
            path: meta.uri.path().to_owned(),
            url: public_address(&meta.public_url, &meta.uri),
            headers: HEADERS
                .iter()
                .map(|name| ((*name).to_owned(), header(name).to_owned()))
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            remote_address: meta.remote_address.clone(),
            body: raw.clone(),
            is_replay: again.is_some(),
        };
        note.came(came, signature);
        Ok(Self {
            params: Params::parse(&raw),
            raw,
            signature: signature.to_owned(),
            again: again.cloned(),
            note,
            meta,
        })
    }

    fn url(&self) -> String {
        public_address(&self.meta.public_url, &self.meta.uri)
    }

    /// `ours`: the parameter that holds our number.
    pub async fn verify(self, app: &Arc<App>, ours: &'static str) -> Result<VerifiedWebhook, Failure> {
        let number = self.params.get(ours).map(Address::parse);
        let number = number.as_ref();
        self.prove(
            app,
            |known, proven| has_number(known, proven, number),
            |known, proven| choose(known, proven, number),
        )
        .await
    }

    /// Of a call, which says by other means whose it is.
    pub async fn verify_of(self, app: &Arc<App>, company: &CompanyId) -> Result<VerifiedWebhook, Failure> {
        let find = |known: &[KnownIntegration], proven: &[usize]| {
            let is_theirs = |one: &KnownIntegration| one.is_active && one.company == *company;
            let mut proven = proven.iter().copied();
            proven.find(|index| known.get(*index).is_some_and(is_theirs))
        };
        self.prove(app, |known, proven| find(known, proven).is_some(), find)
            .await
    }

    /// `is_enough`: whether what was read a while ago answers the question; `choose`: among those whose token proves it.
    async fn prove(
        self,
        app: &Arc<App>,
        is_enough: impl Fn(&[KnownIntegration], &[usize]) -> bool,
        choose: impl Fn(&[KnownIntegration], &[usize]) -> Option<usize>,
    ) -> Result<VerifiedWebhook, Failure> {
        let account = self.params.get("AccountSid").unwrap_or_default().to_owned();
        let (mut known, cached) = AccountCache::find(app, &account, Freshness::Cached).await?;
        let url = self.url();
        let mut proven = self.proven(&known, &url);
        if cached && !is_enough(&known, &proven) {
            // Since it was read, the token may have been changed, or the number added, perhaps by another company.
            (known, _) = AccountCache::find(app, &account, Freshness::Now).await?;
            proven = self.proven(&known, &url);
        }
        let Some(chosen) = choose(&known, &proven) else {
            let unsigned = proven.is_empty() && known.iter().any(|one| one.is_active);
            let code = if unsigned {
                ProblemCode::InvalidSignature
            } else {
                ProblemCode::UnknownAccount
            };
            self.note.was_refused();
            if self.again.is_none() {
                self.keep_rejected(app, code, &url, !known.is_empty()).await;
            }
            return Err(code.into());
        };
        let (query, integration) = (self.query(), known.get(chosen));
        let is_probe = query.get(probe::MARK).is_some();
        if let Some(integration) = integration {
            self.note.is_for(integration);
        }
        if is_probe {
            self.note.became(WebhookOutcome::Done);
        }
        Ok(VerifiedWebhook {
            is_probe,
            note: self.note,
            message_id: query.get("m").and_then(|id| id.parse().ok()),
            public_url: self.meta.public_url,
            params: self.params,
            after: self.meta.after,
            known,
            chosen,
        })
    }

    /// What stands behind the `?` of the address.
    pub fn query(&self) -> Params {
        Params::parse(self.meta.uri.query().unwrap_or_default())
    }

    fn proven(&self, known: &[KnownIntegration], url: &str) -> Vec<usize> {
        if let Some(Replay::Proved(company)) = &self.again {
            let of_company = known
                .iter()
                .enumerate()
                .filter(|(_, one)| one.company == *company);
            return of_company.map(|(index, _)| index).collect();
        }
        let form = Signed {
            params: &self.params,
            url,
            signature: &self.signature,
        };
        form.proven(known)
    }

    /// The answer is a refusal all the same when this cannot be kept.
    async fn keep_rejected(&self, app: &App, code: ProblemCode, url: &str, is_known: bool) {
        let insert = Statement::new(
            "INSERT INTO rejected_webhooks (id, path, url, reason, account_sid, signature, content_type, body, remote_address, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'application/x-www-form-urlencoded', ?7, ?8, ?9)",
        )
        .bind(&app.new_id(MessageId::new))
        .bind(self.meta.uri.path())
        .bind(url)
        .bind(if code == ProblemCode::UnknownAccount { "unknown_account" } else { "invalid_signature" })
        .bind(self.params.get("AccountSid").map(str::to_owned))
        .bind(&self.signature)
        .bind(&self.raw)
        .bind(&self.meta.remote_address)
        .bind(app.now());
        let trim = if is_known {
            Statement::new(
                "DELETE FROM rejected_webhooks WHERE account_sid = ?2 AND id < (
                   SELECT id FROM rejected_webhooks WHERE account_sid = ?2 ORDER BY id DESC LIMIT 1 OFFSET ?1)",
            )
            .bind(KEPT_REJECTIONS - 1)
            .bind(self.params.get("AccountSid").map(str::to_owned))
        } else {
            Statement::new(
                "DELETE FROM rejected_webhooks
                 WHERE NOT EXISTS (SELECT 1 FROM integrations i WHERE i.account_sid = rejected_webhooks.account_sid)
                   AND id < (SELECT id FROM rejected_webhooks
                     WHERE NOT EXISTS (SELECT 1 FROM integrations i WHERE i.account_sid = rejected_webhooks.account_sid)
                     ORDER BY id DESC LIMIT 1 OFFSET ?1)",
            )
            .bind(KEPT_REJECTIONS - 1)
        };
        if let Err(error) = app.database.commit(vec![insert, trim]).await {
            log::error!("a rejected webhook was not kept: {error}");
        }
    }
}

/// Part of the minute's sweep.
pub fn forget_old_rejections(now: Timestamp) -> Statement {
    Statement::new("DELETE FROM rejected_webhooks WHERE id < ?1")
        .bind(&MessageId::new(now - REJECTIONS_KEPT_FOR, 0))
}

/// The address that Twilio signed: the public origin, then path and query as they came.
pub fn public_address(origin: &str, uri: &Uri) -> String {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    format!("{origin}{path}")
}

/// What a signature covers, and the signature.
pub struct Signed<'a> {
    pub params: &'a Params,
    pub url: &'a str,
    pub signature: &'a str,
}

impl Signed<'_> {
    /// Whose tokens made the signature.
    fn proven(&self, known: &[KnownIntegration]) -> Vec<usize> {
        let is_signed =
            |token: &AuthToken| verify(token, self.url, SignedBody::Form(self.params), self.signature);
        known
            .iter()
            .enumerate()
            .filter(|(_, one)| is_signed(&one.auth_token))
            .map(|(index, _)| index)
            .collect()
    }

    /// Whose it is, if memory alone can tell.
    pub fn recognise(&self, app: &App, ours: &str) -> Option<(Arc<Vec<KnownIntegration>>, usize)> {
        let known = app.accounts.recall(self.params.get("AccountSid")?, app.now())?;
        let proven = self.proven(&known);
        let number = Address::parse(self.params.get(ours)?);
        if !has_number(&known, &proven, Some(&number)) {
            return None;
        }
        let chosen = choose(&known, &proven, Some(&number))?;
        Some((known, chosen))
    }

    /// Whose it most likely is, where it is only kept: either of its numbers may be ours.
    pub fn whose<'a>(&self, known: &'a [KnownIntegration]) -> Option<&'a KnownIntegration> {
        let proven = self.proven(known);
        let numbers = ["To", "From"]
            .into_iter()
            .filter_map(|name| self.params.get(name));
        let ours = numbers
            .map(Address::parse)
            .find(|number| has_number(known, &proven, Some(number)));
        known.get(choose(known, &proven, ours.as_ref())?)
    }
}

impl VerifiedWebhook {
    /// Whose line is only being tried (`health/probe.rs`).
    pub fn probed(&self) -> Option<&KnownIntegration> {
        self.integration().filter(|_| self.is_probe)
    }

    pub fn integration(&self) -> Option<&KnownIntegration> {
        self.known.get(self.chosen)
    }
}

/// Whose it is: the integration that has our number, if that is active. A number that nobody has (taken away, a
/// Messaging Service's) belongs to the only company that the signature proves; between two nobody guesses.
fn choose(known: &[KnownIntegration], proven: &[usize], ours: Option<&Address>) -> Option<usize> {
    let all = || {
        proven
            .iter()
            .filter_map(|index| Some((*index, known.get(*index)?)))
    };
    let has_number = |one: &KnownIntegration| ours.is_some_and(|number| one.numbers.contains(number));
    if all().any(|(_, one)| has_number(one)) {
        return all()
            .find(|(_, one)| has_number(one) && one.is_active)
            .map(|(index, _)| index);
    }
    let (_, first) = all().next()?;
    let one_company = all().all(|(_, one)| one.company == first.company);
    all()
        .find(|(_, one)| one_company && one.is_active)
        .map(|(index, _)| index)
}

fn has_number(known: &[KnownIntegration], proven: &[usize], ours: Option<&Address>) -> bool {
    let mut proven = proven.iter().filter_map(|index| known.get(*index));
    proven.any(|one| ours.is_some_and(|number| one.numbers.contains(number)))
}
