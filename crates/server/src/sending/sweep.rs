//! The minute's tick: wakes every dispatcher that has something overdue, and cleans up what has expired.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::CompanyId;
use serde::Deserialize;

use super::hand_over::DOUBT_AFTER;
use super::idempotency::KEPT;
use super::store;
use crate::access::store::{attempts, tokens};
use crate::ports::WakeUp;
use crate::web::site_address;
use crate::{App, Failure, campaigns, figures, health, hooks, inbox, media, own_data, search, voice};

/// No list takes so long to come in.
const HALF_STORED_LASTS: Duration = Duration::from_secs(15 * 60);

#[derive(Deserialize)]
struct Overdue {
    company_id: CompanyId,
    sender: String,
}

pub async fn sweep(app: &Arc<App>) -> Result<(), Failure> {
    let now = app.now();
    let overdue = app
        .database
        .commit(vec![
            store::overdue(now, now - DOUBT_AFTER),
            campaigns::store::overdue(now),
        ])
        .await?;
    let mut rows = Vec::new();
    for overdue in &overdue {
        rows.extend(overdue.all::<Overdue>()?);
    }
    let public_url = if rows.is_empty() {
        String::new()
    } else {
        site_address::known(app).await?
    };
    for row in rows {
        let call = WakeUp {
            company: row.company_id,
            sender: row.sender,
            at: now,
            public_url: public_url.clone(),
        };
        if let Err(error) = app.wake.wake(call).await {
            log::error!("a dispatcher was not woken: {error}");
        }
    }
    media::receive::sweep(app).await;
    if let Err(failure) = inbox::snooze::wake_up(app).await {
        log::error!("put-off conversations were not brought back: {failure:?}");
    }
    if let Err(failure) = voice::silent::sweep(app).await {
        log::error!("silent calls were not asked about: {failure:?}");
    }
    if let Err(failure) = search::index::catch_up(app, search::index::OF_A_SWEEP).await {
        log::error!("messages were not indexed: {failure:?}");
    }
    if let Err(failure) = health::watch::sweep(app).await {
        log::error!("lines were not checked: {failure:?}");
    }
    if let Err(failure) = inbox::reading::sweep(app).await {
        log::error!("Twilio's lists were not read: {failure:?}");
    }
    if let Err(failure) = figures::roll_up::sweep(app).await {
        log::error!("figures were not counted: {failure:?}");
    }
    if let Err(failure) = own_data::retention::sweep(app).await {
        log::error!("old data was not forgotten: {failure:?}");
    }
    if let Err(failure) = own_data::forgotten::sweep(app).await {
        log::error!("what was forgotten long ago is still written down: {failure:?}");
    }
    if let Err(failure) = own_data::at_twilio::sweep(app).await {
        log::error!("Twilio was not asked to forget: {failure:?}");
    }
    if let Err(failure) = figures::spending::warn(app).await {
        log::error!("nobody was told what is spent: {failure:?}");
    }
    if let Err(failure) = media::forget::forget(app).await {
        log::error!("files were not forgotten: {failure:?}");
    }
    app.database
        .commit(vec![
            store::forget_keys(now - KEPT),
            campaigns::store::discard_half_stored(now - HALF_STORED_LASTS),
            tokens::delete_expired_sessions(now),
            attempts::forget_old(now),
            inbox::signed_webhook::forget_old_rejections(now),
        ])
        .await?;
    // The last: others' programs may take their time.
    if let Err(failure) = hooks::deliver::sweep(app).await {
        log::error!("webhooks were not sent: {failure:?}");
    }
    Ok(())
}
