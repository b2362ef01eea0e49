//! The screen of campaigns: their list, a new one, or one of them.

use domain::Role;
use domain::ids::CampaignId;
use leptos::prelude::*;

use super::campaign::CampaignPage;
use super::campaign_list::CampaignList;
use super::wizard::WizardPage;
use crate::features::shell::link::Link;
use crate::navigation::{Route, use_navigation};
use crate::preferences::use_texts;
use crate::session::use_session;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::{Glyph, Icon};

#[derive(Clone, PartialEq)]
enum Shown {
    List,
    New,
    One(CampaignId),
}

#[component]
pub fn CampaignsScreen() -> AnyView {
    let navigation = use_navigation();
    let shown = Memo::new(move |_| match navigation.route() {
        Route::NewCampaign => Shown::New,
        Route::Campaigns(Some(id)) => Shown::One(id),
        _ => Shown::List,
    });
    let is_admin = use_session().is_at_least(Role::Admin);
    view! {
        <main class="campaigns" id="content">
            {move || match shown.get() {
                Shown::List => view! { <CampaignList is_admin/> }.into_any(),
                Shown::New if is_admin => view! { <WizardPage/> }.into_any(),
                Shown::New => view! { <OnlyAdmins/> }.into_any(),
                Shown::One(id) => view! { <CampaignPage id is_admin/> }.into_any(),
            }}
        </main>
    }
    .into_any()
}

#[component]
fn OnlyAdmins() -> AnyView {
    let words = use_texts().campaigns();
    view! {
        <ToList/>
        <EmptyState icon=Icon::Send title=words.only_admins_title text=words.only_admins/>
    }
    .into_any()
}

/// The way back.
#[component]
pub fn ToList() -> AnyView {
    let words = use_texts().campaigns();
    view! {
        <Link route=Route::Campaigns(None) class="campaigns-back" current=Signal::stored(false)>
            <Glyph icon=Icon::ArrowLeft/>
            {words.to_list}
        </Link>
    }
    .into_any()
}
