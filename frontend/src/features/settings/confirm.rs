//! Asks before something that cannot be undone.

use leptos::prelude::*;

use crate::client::Failure;
use crate::features::form::Form;
use crate::preferences::use_texts;
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dialog::Dialog;

/// What is asked, and what a yes does.
#[derive(Clone)]
pub struct Question {
    pub title: String,
    pub text: String,
    pub action: &'static str,
    pub is_danger: bool,
    /// Runs the request.
    pub confirm: Callback<(), PendingAnswer>,
}

/// What a yes is waiting for: the failure to show, or none.
pub type PendingAnswer = std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

#[component]
pub fn Confirm(question: Question, #[prop(into)] on_close: Callback<()>) -> AnyView {
    let texts = use_texts();
    let form = Form::new(Vec::new());
    let confirm = question.confirm;
    let submit = move |()| form.submit(move || confirm.run(()), move |()| on_close.run(()));
    let kind = if question.is_danger {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    view! {
        <Dialog title=question.title close_label=texts.shell.close on_close>
            <p>{question.text}</p>
            <footer>
                {move || form.problem.get().map(|text| view! { <Banner text/> })}
                <Button label=texts.shell.cancel on_press=on_close/>
                <Button label=question.action kind busy=form.busy on_press=submit/>
            </footer>
        </Dialog>
    }
    .into_any()
}
