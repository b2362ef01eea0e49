//! Where this deployment is, for what wakes by itself: `PUBLIC_URL`, else where somebody signed in last.

use serde::Deserialize;

use super::RequestMeta;
use crate::ports::database::Statement;
use crate::{App, Failure};

#[derive(Deserialize)]
struct AddressRow {
    public_url: String,
}

/// For the batch of a sign-in.
pub fn remember(app: &App, meta: &RequestMeta) -> Option<Statement> {
    let is_news = app.settings.public_url.is_none();
    is_news.then(|| {
        Statement::new(
            "INSERT INTO site_address (id, public_url) VALUES (1, ?1)
             ON CONFLICT (id) DO UPDATE SET public_url = excluded.public_url WHERE public_url <> excluded.public_url",
        )
        .bind(&meta.public_url)
    })
}

/// Empty before anybody has signed in.
pub async fn known(app: &App) -> Result<String, Failure> {
    if let Some(configured) = &app.settings.public_url {
        return Ok(configured.clone());
    }
    let row = app
        .database
        .query(Statement::new("SELECT public_url FROM site_address"))
        .await?
        .first::<AddressRow>()?;
    Ok(row.map(|row| row.public_url).unwrap_or_default())
}
