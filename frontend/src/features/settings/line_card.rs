//! One line: how it stood when it was last looked at, looking again, trying it, and setting it right.

use contract::Nothing;
use contract::lines::{
    CheckLine, ConfigureLine, ConfigureRequest, LineSummary, LineView, ProbeKind, Verdict,
};
use domain::ids::IntegrationId;
use leptos::prelude::*;

use super::line_points::Points;
use super::line_probe::{Outcome, try_line};
use super::line_seen::Seen;
use crate::client::{Client, use_client};
use crate::features::form::Form;
use crate::locales::Texts;
use crate::platform::clock;
use crate::preferences::{use_preferences, use_texts};
use crate::ui::banner::Banner;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::chip::{Chip, Tone};
use crate::ui::form_frame::Problem;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;

/// What is known: of an earlier look only what was wrong, after one of ours everything.
#[derive(Clone)]
enum Known {
    Before(LineSummary),
    Now(LineView),
}

#[component]
pub fn LineCard(line: LineSummary) -> AnyView {
    let (texts, client, toasts) = (use_texts(), use_client(), use_toasts());
    let (words, form) = (texts.health(), Form::new(Vec::new()));
    let id = StoredValue::new(line.integration_id.clone());
    let (name, label, numbers) = (line.name.clone(), line.name.clone(), line.numbers.join(" · "));
    let seen = line.clone();
    let known = RwSignal::new(Known::Before(line));
    let tried = RwSignal::new(Vec::<Outcome>::new());
    let trying = RwSignal::new(false);
    let check = move |()| {
        form.submit(
            move || async move {
                client
                    .call::<CheckLine>(&id.get_value(), &Nothing {}, &Nothing {})
                    .await
            },
            move |line| known.set(Known::Now(line)),
        );
    };
    let mend = move |()| {
        form.submit(
            move || async move {
                let now = ConfigureRequest { dry_run: false };
                client
                    .call::<ConfigureLine>(&id.get_value(), &Nothing {}, &now)
                    .await
            },
            move |done| {
                let is_nothing = done.changes.is_empty();
                toasts.say(if is_nothing {
                    words.nothing_changed
                } else {
                    words.mended
                });
                known.set(Known::Now(done.line));
            },
        );
    };
    let probe = move |()| {
        trying.set(true);
        leptos::task::spawn_local_scoped_with_cancellation(async move {
            tried.set(try_all(client, id, texts).await);
            trying.set(false);
        });
    };
    let can_mend = move || known.with(|known| points_of(known).any(|verdict| verdict == Verdict::Mendable));
    view! {
        <article class="line_card" aria-label=label>
            <header>
                <h3>{name}</h3>
                <span class="row-detail">{numbers}</span>
                {move || known.with(|known| view! { <State known=known.clone()/> })}
            </header>
            <Problem text=form.problem/>
            {move || match known.get() {
                Known::Before(line) => view! { <Points points=line.open/> },
                Known::Now(line) => view! { <Points points=line.points/> },
            }}
            <Seen line=seen/>
            <div class="line_card-tried" role="status">
                {move || {
                    tried
                        .get()
                        .into_iter()
                        .map(|outcome| {
                            let tone = if outcome.arrived { Tone::Good } else { Tone::Bad };
                            view! { <Banner text=outcome.words tone/> }
                        })
                        .collect_view()
                }}
            </div>
            <footer>
                {move || {
                    can_mend()
                        .then(|| {
                            view! { <Button label=words.mend kind=ButtonKind::Primary busy=form.busy on_press=mend/> }
                        })
                }}
                <Button label=words.check icon=Icon::Refresh busy=form.busy on_press=check/>
                <Button label=words.probe icon=Icon::Send busy=trying on_press=probe/>
            </footer>
        </article>
    }
    .into_any()
}

fn points_of(known: &Known) -> impl Iterator<Item = Verdict> + '_ {
    let points = match known {
        Known::Before(line) => &line.open,
        Known::Now(line) => &line.points,
    };
    points.iter().map(|point| point.verdict)
}

/// In a word, and since when.
#[component]
fn State(known: Known) -> AnyView {
    let (texts, language) = (use_texts().health(), use_preferences().language_untracked());
    let (checked_at, problem) = match &known {
        Known::Before(line) => (line.checked_at, line.problem),
        Known::Now(line) => (Some(line.checked_at), line.problem),
    };
    let open = points_of(&known)
        .filter(|verdict| *verdict != Verdict::Good)
        .count();
    let is_trial = matches!(&known, Known::Now(line) if line.account.as_ref().is_some_and(|account| account.kind == "Trial"));
    let (label, tone) = match (checked_at, open) {
        (None, _) => (texts.never.to_owned(), Tone::Quiet),
        (Some(_), 0) => (texts.healthy.to_owned(), Tone::Good),
        (Some(_), count) => ((texts.open)(count), Tone::Waiting),
    };
    view! {
        {problem.is_none().then(|| view! { <Chip label tone/> })}
        {checked_at
            .map(|at| {
                let when = clock::short(at, clock::now(), language);
                view! { <span class="line_card-when">{(texts.checked)(&when)}</span> }
            })}
        {problem.map(|problem| view! { <Banner text=problem.sentence(language)/> })}
        {is_trial.then(|| view! { <Banner text=texts.trial tone=Tone::Waiting/> })}
    }
    .into_any()
}

async fn try_all(client: Client, id: StoredValue<IntegrationId>, texts: &'static Texts) -> Vec<Outcome> {
    let id = id.get_value();
    let mut outcomes = Vec::new();
    for kind in [ProbeKind::Message, ProbeKind::Call] {
        outcomes.push(try_line(client, &id, kind, texts.health()).await);
    }
    outcomes
}
