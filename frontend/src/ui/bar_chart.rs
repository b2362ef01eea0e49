//! Bars side by side or stacked, drawn to scale; the same numbers stand in a table behind them.

use leptos::prelude::*;

/// What each place of the chart has one value of.
#[derive(Clone, PartialEq, Eq)]
pub struct Series {
    pub name: &'static str,
    pub tone: Tone,
    pub values: Vec<i64>,
}

/// The class says the colour; what it means stands in the legend.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    First,
    Second,
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::First => "bar_chart-first",
            Self::Second => "bar_chart-second",
            Self::Bad => "bar_chart-bad",
        }
    }
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 160.0;

#[component]
pub fn BarChart(
    title: &'static str,
    /// What stands on the button to the numbers.
    table: &'static str,
    /// What the first column of the table is.
    place: &'static str,
    /// As people write them, one for each place.
    places: Vec<String>,
    series: Vec<Series>,
    /// How a value is written.
    #[prop(into)]
    write: Callback<i64, String>,
) -> AnyView {
    let stacked = |at: usize| series.iter().filter_map(|one| one.values.get(at)).sum::<i64>();
    let most = (0..places.len()).map(stacked).max().unwrap_or_default();
    let step = WIDTH / places.len().max(1) as f64;
    let bars: Vec<_> = (0..places.len())
        .map(|at| {
            let mut floor = HEIGHT;
            let parts: Vec<_> = series
                .iter()
                .filter_map(|one| {
                    let value = *one.values.get(at)?;
                    let height = HEIGHT * value as f64 / most.max(1) as f64;
                    floor -= height;
                    (value > 0).then(|| {
                        view! {
                            <rect
                                class=one.tone.class()
                                x=format!("{:.1}", step * at as f64 + step * 0.12)
                                y=format!("{floor:.1}")
                                width=format!("{:.1}", step * 0.76)
                                height=format!("{height:.1}")
                            />
                        }
                    })
                })
                .collect();
            let words = series
                .iter()
                .filter_map(|one| Some(format!("{} {}", one.name, write.run(*one.values.get(at)?))));
            let words = format!("{} – {}", places.get(at)?, words.collect::<Vec<_>>().join(", "));
            Some(view! {
                <g>
                    <title>{words}</title>
                    <rect class="bar_chart-place" x=format!("{:.1}", step * at as f64) y="0" width=format!("{step:.1}") height=HEIGHT/>
                    {parts}
                </g>
            })
        })
        .collect();
    let legend = (series.len() > 1).then(|| {
        let names = series
            .iter()
            .map(|one| view! { <li class=one.tone.class()>{one.name}</li> })
            .collect_view();
        view! { <ul class="bar_chart-legend" aria-hidden="true">{names}</ul> }
    });
    let (first, last) = (places.first().cloned(), places.last().cloned());
    let rows = places
        .into_iter()
        .enumerate()
        .map(|(at, place)| {
            let cells = series
                .iter()
                .map(|one| view! { <td>{one.values.get(at).map(|value| write.run(*value))}</td> })
                .collect_view();
            view! { <tr><th scope="row">{place}</th>{cells}</tr> }
        })
        .collect_view();
    let head = series
        .into_iter()
        .map(|one| view! { <th scope="col">{one.name}</th> })
        .collect_view();
    view! {
        <figure class="bar_chart">
            <figcaption>{title}</figcaption>
            <p class="bar_chart-most" aria-hidden="true">{write.run(most)}</p>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=title>
                {bars}
            </svg>
            <p class="bar_chart-ends" aria-hidden="true"><span>{first}</span><span>{last}</span></p>
            {legend}
            <details>
                <summary>{table}</summary>
                <div class="scrolled" tabindex="0">
                    <table>
                        <thead><tr><th scope="col">{place}</th>{head}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        </figure>
    }
    .into_any()
}
