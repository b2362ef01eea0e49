//! Asks before something that cannot be undone.

use std::sync::Arc;

use leptos::prelude::*;

use crate::client::Pending;
use crate::features::form::Form;
use crate::preferences::use_texts;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;
use crate::ui::form_frame::Problem;

/// What is asked, and what a yes does.
#[derive(Clone)]
pub struct Question {
    pub title: String,
    pub text: String,
    pub action: &'static str,
    pub is_danger: bool,
    /// Runs the request. Whoever asked (a menu that has closed, a row that was drawn anew) may be gone by then, and all
    /// that belonged to it: so this owns what it needs.
    pub confirm: Arc<dyn Fn() -> PendingAnswer + Send + Sync>,
}

/// What a yes waits for.
pub type PendingAnswer = Pending<()>;

#[component]
pub fn Confirm(question: Question, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let texts = use_texts();
    let form = Form::new(Vec::new());
    let confirm = question.confirm;
    let submit = move |()| {
        let confirm = Arc::clone(&confirm);
        form.submit(move || confirm(), move |()| on_close.run(()));
    };
    let kind = if question.is_danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    view! {
        <Dialog title=question.title close_label=texts.shell.close on_close>
            <p>{question.text}</p>
            <footer>
                <Problem text=form.problem/>
                <Button label=texts.shell.cancel on_press=on_close/>
                <Button label=question.action kind busy=form.busy on_press=submit/>
            </footer>
        </Dialog>
    }
    .into_any()
}
