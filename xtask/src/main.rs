//! `cargo xtask …`: everything that is done to this project beside writing it.
#![expect(
    clippy::disallowed_methods,
    reason = "those rules keep the product's clock in one place; this is a tool on the developer's machine"
)]

use std::process::ExitCode;

use anyhow::{Result, bail};

mod arguments;
mod artefacts;
mod backup;
mod bench;
mod check;
mod command;
mod deploy;
mod dev;
mod disk;
mod fingerprint;
mod http;
mod line;
mod page;
mod project;
mod screenshots;
mod secret;
mod setup;
mod sizes;
mod test;

const USAGE: &str = "\
cargo xtask <command>

  dev     sets up, builds and runs the app and a simulated Twilio
            --port N      where the app listens (8787); the simulator takes the next port
            --state DIR   where the data is kept (.edgeline/state, with the real Twilio .edgeline/state-twilio)
            --fresh       starts with empty data
            --tunnel      with the real Twilio: by cloudflared or ngrok its numbers lead here until the end
  test    sets up, builds and runs every test; the last line counts them
            [GROUP]…      only these: native, wasm, worker, judges, browser
  build   makes the release artefacts: worker/build and dist
  check   formatting, lints, boundaries, texts, dependencies: before each commit
  screenshots  takes the pictures of docs/guide anew, in both languages
  bench   measures the release build beside the platform's own floor
            [PART]…       only these: webhooks, calls, campaigns, media, history
  deploy  makes or updates a deployment at Cloudflare; a second run changes nothing
            --env NAME    production (the default) or staging
            --dry-run     only makes and checks what would be uploaded, without a network
  configure [URL]   sets up Twilio for a deployment: webhooks, fallbacks, the application for calls
            --dry-run     only says what would be changed
  check-line [URL]  holds what Twilio has against what should be, and sends signed requests of our own
            --env NAME    without a URL: production (the default) or staging; ADMIN_TOKEN may name the token
  backup  copies a deployment's rows and files into a folder
  restore puts such a folder into an empty database and its bucket
            --env NAME    production (the default) or staging
            --state DIR   not at Cloudflare, but the data that `dev` keeps there
            --to, --from  the folder
  setup   fetches the tools that the others need (they do so by themselves)
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    match run(&command, arguments.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, arguments: Vec<String>) -> Result<()> {
    match command {
        "setup" => {
            arguments::none(&arguments)?;
            setup::tools()?;
            println!("Everything is there.");
            Ok(())
        }
        "build" => {
            arguments::none(&arguments)?;
            artefacts::build(&setup::tools()?)
        }
        "configure" => line::configure(arguments),
        "check-line" => line::check(arguments),
        "backup" => backup::backup(arguments),
        "restore" => backup::restore(arguments),
        "deploy" => deploy::deploy(arguments),
        "dev" => dev::dev(arguments),
        "test" => test::test(&arguments),
        "screenshots" => screenshots::screenshots(&arguments),
        "bench" => bench::bench(&arguments),
        "check" => {
            arguments::none(&arguments)?;
            check::check()
        }
        "" | "help" | "-h" | "--help" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no `cargo xtask {other}`\n\n{USAGE}"),
    }
}
