//! What WhatsApp has beside messages: templates that it must approve.

pub mod store;
pub mod templates;

use contract::whatsapp;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes.call::<whatsapp::ListWhatsappTemplates, _, _>(templates::list)
}
