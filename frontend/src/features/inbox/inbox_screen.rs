//! The inbox on the screen: on a phone either the list or the thread, elsewhere both.

use leptos::prelude::*;

use super::conversation_list::ConversationList;
use super::conversations::use_conversations;
use crate::features::thread::thread_screen::ThreadScreen;
use crate::navigation::use_navigation;
use crate::preferences::use_texts;
use crate::ui::empty_state::EmptyState;
use crate::ui::icon::Icon;

#[component]
pub fn InboxScreen() -> AnyView {
    let (texts, navigation, conversations) = (use_texts(), use_navigation(), use_conversations());
    let open = Memo::new(move |_| navigation.conversation());
    Effect::new(move || conversations.set_open(open.get()));
    view! {
        <div class="inbox" class:inbox-open=move || open.with(Option::is_some)>
            <ConversationList open/>
            <main class="inbox-main" id="content">
                {move || match open.get() {
                    Some(id) => view! { <ThreadScreen id/> }.into_any(),
                    None => {
                        view! {
                            <EmptyState
                                icon=Icon::Message
                                title=texts.inbox.choose_title
                                text=texts.inbox.choose
                            />
                        }
                            .into_any()
                    }
                }}
            </main>
        </div>
    }
    .into_any()
}
