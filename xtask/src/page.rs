//! Builds `dist/`: the panel's module cut into chunks, its glue, its styles, and the page that names them.
//! Every name but index.html's carries a hash of the content. Why so: docs/decisions/0006-lazy-chunks.md.

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::command::{output, run};
use crate::fingerprint::{collect, of_bytes};
use crate::project;
use crate::setup::Tools;

mod names;

/// The styles of the first load; every other sheet is loaded by the screen that it is named after.
const FIRST_SHEETS: [&str; 5] = ["base", "ui", "shell", "inbox", "thread"];

/// What keeps its name.
const FIXED: [&str; 6] = [
    "_headers",
    "manifest.webmanifest",
    "notifier.js",
    "icons/icon-192.png",
    "icons/icon-512.png",
    "icons/icon-maskable-512.png",
];

const WASM_OPT: [&str; 11] = [
    "--strip-target-features",
    "--strip-producers",
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--reorder-functions-by-name",
];

pub(crate) fn build(tools: &Tools) -> Result<()> {
    let rough = project::target().join("page");
    empty(&rough)?;
    compile(tools)?;
    let chunks = split(&rough)?;
    run(tools
        .command("wasm-bindgen")
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--keep-lld-exports",
            "--no-demangle",
        ])
        .args(["--out-name", "edgeline", "--out-dir"])
        .arg(&rough)
        .arg(rough.join("main.wasm")))?;
    let module = rough.join("edgeline_bg.wasm");
    optimise(tools, chunks.iter().chain([&module]))?;
    number_imports(&rough.join("edgeline.js"), chunks.iter().chain([&module]))?;

    let mut dist = Dist::open(tools, rough)?;
    dist.put_chunks(&chunks)?;
    let wasm = dist.put_module(&module)?;
    let script = dist.put_script("edgeline", "edgeline.js", &["--bundle", "--format=esm"])?;
    dist.copy(&project::root().join("frontend/edgeline-boot.js"), "boot.js")?;
    let boot = dist.put_script("edgeline-boot", "boot.js", &[])?;
    let voice = dist.put_voice()?;
    let icon = dist.put_file(&frontend("edgeline-icon.svg"), "edgeline-icon", "svg")?;
    let (first, later) = dist.put_sheets()?;
    let page = fs::read_to_string(frontend("index.html")).context("cannot read frontend/index.html")?;
    let page = page
        .replace("{boot}", &boot)
        .replace("{icon}", &icon)
        .replace("{styles}", &first)
        .replace("{script}", &script)
        .replace("{wasm}", &wasm)
        .replace("{voice}", &voice)
        .replace("{sheets}", &later);
    dist.finish(&page)
}

fn frontend(name: &str) -> PathBuf {
    project::root().join("frontend").join(name)
}

fn empty(directory: &Path) -> Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("cannot empty {}", directory.display()))?;
    }
    fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))
}

fn compile(tools: &Tools) -> Result<()> {
    run(tools.command("cargo").args([
        "build",
        "--quiet",
        "--package",
        "edgeline-frontend",
        "--profile",
        "panel",
        "--target",
        "wasm32-unknown-unknown",
    ]))
}

/// Writes the main module, each chunk, and the script that fetches chunks. Answers the chunks.
fn split(rough: &Path) -> Result<Vec<PathBuf>> {
    let compiled = project::target().join("wasm32-unknown-unknown/panel/edgeline-frontend.wasm");
    let bytes = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let main = rough.join("main.wasm");
    let mut options = Options::new(&bytes);
    options.output_dir = rough;
    options.main_out_path = &main;
    options.main_module = "./edgeline.js";
    options.link_name = "./chunks.js";
    let split = transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("cannot split the module")?;
    // A chunk that does not come is told to the person who waits for it; one fetched ahead of need is no error.
    let link = rough.join("chunks.js");
    let script = fs::read_to_string(&link).with_context(|| format!("cannot read {}", link.display()))?;
    fs::write(&link, script.replace("console.error(e)", "console.warn(e)"))
        .with_context(|| format!("cannot write {}", link.display()))?;
    for chunk in &split.split_modules {
        let module = names::without_labels(&read(chunk)?)?;
        fs::write(chunk, module).with_context(|| format!("cannot write {}", chunk.display()))?;
    }
    Ok(split.split_modules)
}

/// Each module by itself, as many at once as the machine has cores.
fn optimise<'a>(tools: &Tools, modules: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    let commands = modules.map(|module| {
        let mut command = tools.command("wasm-opt");
        command.args(WASM_OPT).arg(module).arg("-o").arg(module);
        command
    });
    let waiting = Mutex::new(commands.collect::<Vec<_>>());
    // The guard is let go of before the command runs.
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || -> Result<()> {
        while let Some(mut command) = next() {
            run(&mut command)?;
        }
        Ok(())
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|worker| {
            worker
                .join()
                .map_err(|_| anyhow!("wasm-opt could not be started"))?
        })
    })
}

/// wasm-bindgen ends the name of each import with a hash, which no compression makes smaller: 4 KB of the first load.
/// A number of the same length takes its place, in the glue and in every module.
fn number_imports<'a>(glue: &Path, modules: impl Iterator<Item = &'a PathBuf>) -> Result<()> {
    let mut text = read(glue)?;
    let mut hashes: Vec<Vec<u8>> = places_of_hashes(&text)
        .filter_map(|place| text.get(place..place + HASH).map(<[u8]>::to_vec))
        .collect();
    hashes.sort();
    hashes.dedup();
    let number = |bytes: &mut Vec<u8>| {
        for place in places_of_hashes(bytes).collect::<Vec<_>>() {
            if let Some(hash) = bytes.get_mut(place..place + HASH)
                && let Ok(nth) = hashes.binary_search_by(|known| known.as_slice().cmp(hash))
            {
                hash.copy_from_slice(format!("{nth:0HASH$}").as_bytes());
            }
        }
    };
    number(&mut text);
    fs::write(glue, text).with_context(|| format!("cannot write {}", glue.display()))?;
    for module in modules {
        let mut bytes = read(module)?;
        number(&mut bytes);
        fs::write(module, bytes).with_context(|| format!("cannot write {}", module.display()))?;
    }
    Ok(())
}

/// Digits of wasm-bindgen's hashes.
const HASH: usize = 16;

/// Where sixteen hexadecimal digits, and no more, follow a `_`.
fn places_of_hashes(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (1..bytes.len()).filter(move |&place| {
        bytes.get(place - 1) == Some(&b'_')
            && (place..place + HASH).all(|place| is_digit(bytes.get(place)))
            && !is_digit(bytes.get(place + HASH))
    })
}

/// `dist/` while it is filled, and the folder of what is not yet named.
struct Dist<'a> {
    tools: &'a Tools,
    rough: PathBuf,
    directory: PathBuf,
    /// What is in `dist/` under which name.
    renamed: Vec<(String, String)>,
}

impl<'a> Dist<'a> {
    fn open(tools: &'a Tools, rough: PathBuf) -> Result<Self> {
        let directory = project::root().join("dist");
        empty(&directory)?;
        Ok(Self {
            tools,
            rough,
            directory,
            renamed: Vec::new(),
        })
    }

    /// Puts a file under a name with its hash. Answers the name.
    fn put(&self, bytes: &[u8], stem: &str, kind: &str) -> Result<String> {
        let name = format!("{stem}-{}.{kind}", of_bytes(bytes));
        let file = self.directory.join(&name);
        fs::write(&file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(name)
    }

    fn put_file(&self, file: &Path, stem: &str, kind: &str) -> Result<String> {
        self.put(&read(file)?, stem, kind)
    }

    fn put_chunks(&mut self, chunks: &[PathBuf]) -> Result<()> {
        for chunk in chunks {
            let old = file_name(chunk);
            let stem = format!("edgeline-{}", chunk_stem(&old));
            let new = self.put_file(chunk, &stem, "wasm")?;
            self.renamed.push((old, new));
        }
        Ok(())
    }

    fn put_module(&mut self, module: &Path) -> Result<String> {
        let name = self.put_file(module, "edgeline", "wasm")?;
        self.renamed.push((file_name(module), name.clone()));
        Ok(name)
    }

    /// The softphone's script, and the Voice SDK as Twilio publishes it.
    fn put_voice(&mut self) -> Result<String> {
        let sdk = project::root().join("node_modules/@twilio/voice-sdk/dist/twilio.min.js");
        let name = self.put_file(&sdk, "edgeline-twilio", "js")?;
        self.renamed.push(("edgeline-twilio.js".to_owned(), name));
        let script = frontend("src/platform/voice/voice.js");
        self.put_script(
            "edgeline-voice",
            &script.to_string_lossy(),
            &["--bundle", "--format=esm"],
        )
    }

    fn copy(&self, file: &Path, name: &str) -> Result<()> {
        fs::copy(file, self.rough.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
        Ok(())
    }

    /// A script with what it imports, made small, with the modules' new names inside.
    fn put_script(&self, stem: &str, entry: &str, options: &[&str]) -> Result<String> {
        let script = output(
            self.tools
                .command("esbuild")
                .arg(self.rough.join(entry))
                .args(["--minify", "--log-level=warning"])
                .args(options),
        )?;
        let script = self.renamed.iter().fold(script, |script, (old, new)| {
            script
                .replace(&format!("\"{old}\""), &format!("\"{new}\""))
                .replace(&format!("\"./{old}\""), &format!("\"./{new}\""))
        });
        self.put(script.as_bytes(), stem, "js")
    }

    /// The sheet of the first load, and a `<meta>` for each that comes later.
    fn put_sheets(&self) -> Result<(String, String)> {
        let first = FIRST_SHEETS
            .iter()
            .map(|area| read(&frontend(&format!("styles/edgeline-{area}.css"))))
            .collect::<Result<Vec<_>>>()?
            .concat();
        let first = self.put_sheet("edgeline", &first)?;
        let mut files = Vec::new();
        collect(&frontend("styles"), &mut files)?;
        files.sort();
        let mut later = Vec::new();
        for file in files {
            let stem = file_stem(&file);
            let area = stem.strip_prefix("edgeline-").unwrap_or(&stem);
            if !FIRST_SHEETS.contains(&area) {
                let name = self.put_sheet(&stem, &read(&file)?)?;
                later.push(format!(
                    "<meta name=\"edgeline-sheet-{area}\" content=\"/{name}\">"
                ));
            }
        }
        Ok((first, later.join("\n    ")))
    }

    fn put_sheet(&self, stem: &str, styles: &[u8]) -> Result<String> {
        let file = self.rough.join(format!("{stem}.css"));
        fs::write(&file, styles).with_context(|| format!("cannot write {}", file.display()))?;
        let small = output(
            self.tools
                .command("esbuild")
                .arg(&file)
                .args(["--minify", "--log-level=warning"]),
        )?;
        self.put(small.as_bytes(), stem, "css")
    }

    fn finish(&self, page: &str) -> Result<()> {
        // Their names are fixed: the browser asks for them again, and notices what changed.
        for folder in ["icons", "sounds"] {
            let folder = self.directory.join(folder);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut sounds = Vec::new();
        collect(&frontend("sounds"), &mut sounds)?;
        let sounds = sounds.iter().map(|sound| format!("sounds/{}", file_name(sound)));
        for name in FIXED.map(str::to_owned).into_iter().chain(sounds) {
            let to = self.directory.join(&name);
            fs::copy(frontend(&name), &to).with_context(|| format!("cannot write {}", to.display()))?;
        }
        let described = self.directory.join("openapi.json");
        fs::copy(project::root().join("docs/openapi.json"), &described)
            .with_context(|| format!("cannot write {}", described.display()))?;
        // Last: where the page is, all that it names is.
        let to = self.directory.join("index.html");
        fs::write(&to, page).with_context(|| format!("cannot write {}", to.display()))
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn file_name(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn file_stem(file: &Path) -> String {
    file.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// `split_office.wasm` → `office`, `chunk_3_….wasm` → `shared`.
fn chunk_stem(name: &str) -> String {
    let stem = name.strip_suffix(".wasm").unwrap_or(name);
    match stem.strip_prefix("split_") {
        Some(area) => area.to_owned(),
        None => "shared".to_owned(),
    }
}
