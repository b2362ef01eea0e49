//! Everything of the company as one file: the browser asks for it page by page, and puts the zip together.

use contract::media::GetMedia;
use contract::own_data::{ExportCompany, ExportKind, ExportQuery, ExportedFile};
use contract::{Endpoint, Nothing};
use domain::ids::MediaId;
use domain::zip::{Crc32, ZipWriter};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::page::Part;
use crate::client::{Client, Failure, use_client};
use crate::platform::files::Pieces;
use crate::platform::{clock, fetch};
use crate::preferences::{use_preferences, use_texts};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::form_frame::Problem;
use crate::ui::icon::Icon;
use crate::ui::toggle::Toggle;

/// How far it is.
#[derive(Clone, Copy)]
enum Progress {
    Lines { kind: ExportKind, rows: u32 },
    Files { done: u32, all: u32 },
}

/// What came of it.
#[derive(Clone, Copy, Default)]
struct Exported {
    rows: u32,
    files: u32,
    /// Files that are named and that nobody has any more.
    missing: u32,
}

#[derive(Clone)]
enum Stage {
    Idle,
    Working(Progress),
    Done(Exported),
    Failed(String),
}

#[component]
pub fn Export() -> AnyView {
    let (words, client, preferences) = (use_texts().own_data(), use_client(), use_preferences());
    let stage = RwSignal::new(Stage::Idle);
    let with_files = RwSignal::new(true);
    let stopped = StoredValue::new(false);
    on_cleanup(move || stopped.set_value(true));
    let start = move |()| {
        stopped.set_value(false);
        stage.set(Stage::Working(Progress::Lines {
            kind: ExportKind::Settings,
            rows: 0,
        }));
        let export = Run {
            client,
            zip: ZipWriter::default(),
            pieces: Pieces::default(),
            done: Exported::default(),
            // Whoever leaves the screen takes its signals along.
            is_stopped: move || stopped.try_get_value().unwrap_or(true),
            tell: move |progress| drop(stage.try_set(Stage::Working(progress))),
        };
        let with_files = with_files.get_untracked();
        spawn_local(async move {
            let outcome = match export.all(with_files).await {
                Ok(exported) => Stage::Done(exported),
                Err(Cut::Stopped) => Stage::Idle,
                Err(Cut::Failed(failure)) => {
                    Stage::Failed(failure.sentence(preferences.language_untracked()))
                }
                Err(Cut::Browser) => Stage::Failed(words.export_browser.to_owned()),
            };
            drop(stage.try_set(outcome));
        });
    };
    let works = move || stage.with(|stage| matches!(stage, Stage::Working(_)));
    let problem = Signal::derive(move || {
        stage.with(|stage| match stage {
            Stage::Failed(text) => Some(text.clone()),
            _ => None,
        })
    });
    view! {
        <Part title=words.export_title>
            <p class="settings_page-fact">{words.export_intro}</p>
            <Toggle label=words.export_files value=with_files on_change=move |on| with_files.set(on)/>
            <Problem text=problem/>
            <p class="settings_page-fact" role="status">
                {move || stage.with(|stage| match stage {
                    Stage::Working(Progress::Lines { kind, rows }) => (words.export_rows)(*kind, *rows),
                    Stage::Working(Progress::Files { done, all }) => (words.export_fetched)(*done, *all),
                    Stage::Done(done) => (words.exported)(done.rows, done.files, done.missing),
                    Stage::Idle | Stage::Failed(_) => String::new(),
                })}
            </p>
            {move || if works() {
                view! { <Button label=words.export_cancel on_press=move |()| stopped.set_value(true)/> }.into_any()
            } else {
                view! {
                    <Button label=words.export_start kind=ButtonKind::Primary icon=Icon::ArrowDown on_press=start/>
                }.into_any()
            }}
        </Part>
    }
    .into_any()
}

/// Why it did not come to its end.
enum Cut {
    Stopped,
    Failed(Failure),
    /// It cannot keep so much, or may not save it.
    Browser,
}

impl From<Failure> for Cut {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<JsValue> for Cut {
    fn from(_: JsValue) -> Self {
        Self::Browser
    }
}

struct Run<Stopped, Tell> {
    client: Client,
    zip: ZipWriter,
    pieces: Pieces,
    done: Exported,
    is_stopped: Stopped,
    tell: Tell,
}

impl<Stopped: Fn() -> bool, Tell: Fn(Progress)> Run<Stopped, Tell> {
    async fn all(mut self, with_files: bool) -> Result<Exported, Cut> {
        let mut files = Vec::new();
        for kind in ExportKind::ALL {
            self.lines(kind, &mut files).await?;
        }
        if with_files {
            self.files(&files).await?;
        }
        let Self {
            zip, pieces, done, ..
        } = self;
        pieces.push(&zip.finish())?;
        pieces.save(&format!("edgeline-{}.zip", day()))?;
        Ok(done)
    }

    /// One kind is one file of the zip: its size and sum stand before it, so that it is put in when it is whole.
    async fn lines(&mut self, kind: ExportKind, files: &mut Vec<ExportedFile>) -> Result<(), Cut> {
        let (lines, mut crc, mut size, mut cursor) = (Pieces::default(), Crc32::default(), 0, None);
        loop {
            if (self.is_stopped)() {
                return Err(Cut::Stopped);
            }
            let query = ExportQuery { kind, cursor };
            let page = self
                .client
                .call::<ExportCompany>(&(), &query, &Nothing {})
                .await?;
            if kind == ExportKind::Files {
                let read = page.lines.lines().map(serde_json::from_str);
                files.extend(
                    read.collect::<Result<Vec<_>, _>>()
                        .map_err(|_| Failure::Unreadable)?,
                );
            }
            let bytes = page.lines.as_bytes();
            lines.push(bytes)?;
            crc.update(bytes);
            size += bytes.len() as u64;
            self.done.rows += page.rows;
            (self.tell)(Progress::Lines {
                kind,
                rows: self.done.rows,
            });
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let name = format!("{}.jsonl", kind.as_str());
        self.pieces.push(&self.zip.file(&name, size, crc, clock::now()))?;
        self.pieces.append(&lines);
        Ok(())
    }

    async fn files(&mut self, files: &[ExportedFile]) -> Result<(), Cut> {
        let count = u32::try_from(files.len()).unwrap_or(u32::MAX);
        for file in files {
            if (self.is_stopped)() {
                return Err(Cut::Stopped);
            }
            match fetch::file(&address(&file.id)).await.map_err(Failure::from)? {
                Some(bytes) => {
                    let mut crc = Crc32::default();
                    crc.update(&bytes);
                    let head = self
                        .zip
                        .file(&file.saved_as, bytes.len() as u64, crc, clock::now());
                    self.pieces.push(&head)?;
                    self.pieces.push(&bytes)?;
                    self.done.files += 1;
                }
                None => self.done.missing += 1,
            }
            (self.tell)(Progress::Files {
                done: self.done.files + self.done.missing,
                all: count,
            });
        }
        Ok(())
    }
}

fn address(id: &MediaId) -> String {
    <GetMedia as Endpoint>::path(id)
}

/// 2026-01-31
fn day() -> String {
    clock::now().to_string().chars().take(10).collect()
}
