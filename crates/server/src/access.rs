//! People: who they are, how they prove it, what they may do.

pub mod account;
pub mod api_tokens;
pub mod authenticate;
pub mod companies;
pub mod invitations;
pub mod password;
pub mod session_cookie;
pub mod set_up;
pub mod shut_out;
pub mod sign_in;
pub mod store;
pub mod throttle;
pub mod token;
pub mod users;

use contract::{people, session};

use crate::web::Routes;

pub fn routes(routes: Routes) -> Routes {
    routes
        .open::<session::GetSession, _, _>(account::who_am_i)
        .open::<session::SignIn, _, _>(sign_in::sign_in)
        .open::<session::SignOut, _, _>(sign_in::sign_out)
        .call::<session::SignOutEverywhere, _, _>(sign_in::sign_out_everywhere)
        .open::<session::SetUp, _, _>(set_up::set_up)
        .call::<session::UpdateMe, _, _>(account::update_me)
        .call::<session::ChangePassword, _, _>(account::change_password)
        .call::<session::SwitchCompany, _, _>(companies::switch)
        .call::<people::ListUsers, _, _>(users::list)
        .call::<people::InviteUser, _, _>(users::invite)
        .call::<people::UpdateUser, _, _>(users::update)
        .call::<people::RenewInvitation, _, _>(invitations::renew)
        .open::<people::CheckInvitation, _, _>(invitations::check)
        .open::<people::AcceptInvitation, _, _>(invitations::accept)
        .call::<people::ListApiTokens, _, _>(api_tokens::list)
        .call::<people::CreateApiToken, _, _>(api_tokens::create)
        .call::<people::RevokeApiToken, _, _>(api_tokens::revoke)
        .call::<people::ListCompanies, _, _>(companies::list)
        .call::<people::CreateCompany, _, _>(companies::create)
        .call::<people::RenameCompany, _, _>(companies::rename)
}
