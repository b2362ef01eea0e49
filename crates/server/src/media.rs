//! Files: those that customers send are copied from Twilio, those that we send are uploaded first; both lie in the
//! bucket and are served from there.

pub mod address;
pub mod attach;
pub mod file_name;
pub mod forget;
pub mod link;
pub mod ranges;
pub mod receive;
pub mod retry;
pub mod send_mms;
pub mod serve;
pub mod sniff;
pub mod store;
pub mod upload;

use contract::media;
use contract::older;

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .raw::<media::GetMedia, _, _>(serve::get_media::<media::GetMedia>)
        .raw::<media::SignedMedia, _, _>(serve::signed_media)
        .raw::<media::UploadMedia, _, _>(upload::upload)
        .call::<media::RetryMedia, _, _>(retry::retry)
        .raw::<older::SendMms, _, _>(send_mms::send_mms)
}
