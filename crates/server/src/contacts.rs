//! The address book: who the people behind the numbers are.

pub mod change;
pub mod consent;
pub mod create;
pub mod delete;
pub mod draft;
pub mod export;
pub mod import;
pub mod merge;
pub mod read;
pub mod store;
pub mod tell;
pub mod view;

use contract::contacts;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .call::<contacts::ListContacts, _, _>(read::list)
        .call::<contacts::CreateContact, _, _>(create::create)
        .call::<contacts::GetContact, _, _>(read::get)
        .call::<contacts::UpdateContact, _, _>(change::update)
        .call::<contacts::DeleteContact, _, _>(delete::delete)
        .call::<contacts::MergeContacts, _, _>(merge::merge)
        .call::<contacts::RecordConsent, _, _>(consent::record)
        .call::<contacts::ListTags, _, _>(read::tags)
        .call::<contacts::ImportContacts, _, _>(import::import)
        .raw::<contacts::ExportContacts, _, _>(export::export)
}
