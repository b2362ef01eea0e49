//! The companies' Twilio accounts and numbers.

pub mod cache;
pub mod change;
pub mod configuration;
pub mod create;
pub mod displays;
pub mod draft;
pub mod environment;
pub mod read;
pub mod senders;
pub mod store;
pub mod test_credentials;
pub mod twilio_call;

pub use cache::AccountCache;
pub use displays::Displays;
pub use environment::from_environment;

use contract::{config, integrations};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<integrations::ListIntegrations, _, _>(read::list)
        .call::<integrations::CreateIntegration, _, _>(create::create)
        .call::<integrations::GetIntegration, _, _>(read::get)
        .call::<integrations::UpdateIntegration, _, _>(change::update)
        .call::<integrations::DeleteIntegration, _, _>(change::delete)
        .call::<integrations::TestIntegration, _, _>(test_credentials::test_stored)
        .call::<integrations::TestCredentials, _, _>(test_credentials::test_draft)
        .call::<config::GetConfig, _, _>(configuration::get)
}
