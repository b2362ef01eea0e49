//! `cargo xtask dev`: the whole product on this machine, with a simulated Twilio or a real one.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command::{run, timed};
use crate::setup::{self, Tools};
use crate::{arguments, artefacts, http, project};

mod account;
mod children;
mod demo;
mod loan;
mod rest;
mod state;
mod tunnel;

use account::Twilio;
use children::{Children, Event};
use loan::Loan;
use rest::Rest;
use state::State;

pub(crate) fn dev(mut given: Vec<String>) -> Result<()> {
    let port = arguments::take_port(&mut given, "--port", 8787)?;
    let directory = arguments::take_value(&mut given, "--state")?;
    let fresh = arguments::take_switch(&mut given, "--fresh");
    let with_tunnel = arguments::take_switch(&mut given, "--tunnel");
    arguments::none(&given)?;

    // Before the long steps: what would stop us at their end.
    let settings = account::settings()?;
    let twilio = account::choose(&settings)?;
    if with_tunnel && twilio == Twilio::Simulated {
        bail!(
            "--tunnel leads the real Twilio here: put TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN into .dev.vars"
        );
    }
    let tunnel = with_tunnel.then(tunnel::find).transpose()?;
    let simulator_port = port
        .checked_add(1)
        .context("--port leaves no port for the simulator")?;
    assert_free(port)?;
    if twilio == Twilio::Simulated {
        assert_free(simulator_port)?;
    }
    let directory = match (directory, twilio) {
        // From where one stands.
        (Some(directory), _) => std::env::current_dir()?.join(directory),
        (None, Twilio::Simulated) => project::root().join(".edgeline/state"),
        // Apart: the demo company's account does not exist at the real one.
        (None, Twilio::Real) => project::root().join(".edgeline/state-twilio"),
    };
    let state = State::open(&directory, fresh)?;
    let rest = Rest::of(&settings);
    loan::settle(state.directory(), rest.as_ref())?;

    let tools = setup::tools()?;
    artefacts::build(&tools)?;
    if twilio == Twilio::Simulated {
        build_simulator(&tools)?;
    }

    let (events, happened) = channel();
    let mut children = Children::new(events)?;
    let app = format!("http://localhost:{port}");
    let phone = format!("http://localhost:{simulator_port}");
    let mut vars = state.secrets(&settings);
    if twilio == Twilio::Simulated {
        children.start(
            "the simulated Twilio",
            &mut simulator(&state, simulator_port, &app),
        )?;
        vars.insert("PUBLIC_URL".to_owned(), app.clone());
        vars.insert(
            "TWILIO_API_BASE".to_owned(),
            format!("http://127.0.0.1:{simulator_port}"),
        );
    }
    let tunnel = match tunnel {
        Some(program) => Some(program.open(port, &mut children, &happened)?),
        None => None,
    };
    if let Some(address) = tunnel.as_ref().or(settings.get("PUBLIC_URL")).or(Some(&app)) {
        vars.entry("PUBLIC_URL".to_owned())
            .or_insert_with(|| address.clone());
    }
    children.start_reported("workerd", &mut serve(&tools, &state, port, &vars))?;
    wait_until_ready(&happened, &mut children)?;
    if twilio == Twilio::Simulated {
        wait_for_simulator(&phone, &mut children)?;
        demo::seed_once(&state, admin_token(&vars), &app, &phone)?;
    }
    let public_url = vars.get("PUBLIC_URL").map(String::as_str);
    print_welcome(twilio, &app, &phone, &state, &vars, public_url);
    let mut loan = tunnel
        .zip(rest)
        .map(|(address, rest)| Loan::new(rest, state.directory(), &address, &app, admin_token(&vars)));
    let outcome = supervise(&happened, &mut children, loan.as_mut());
    let given_back = loan.map_or(Ok(()), |loan| loan.give_back());
    // Why it ended comes first; what was not put back must be said as well.
    match (outcome, given_back) {
        (Err(outcome), Err(given_back)) => bail!("{outcome:#}\n{given_back:#}"),
        (outcome, given_back) => outcome.and(given_back),
    }
}

fn assert_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is taken: stop what listens there, or choose another with --port")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

pub(crate) fn build_simulator(tools: &Tools) -> Result<()> {
    timed("building the simulator", || {
        run(tools
            .command("cargo")
            .args(["build", "--quiet", "--package", "edgeline-simulator"]))
    })
}

fn simulator(state: &State, port: u16, app: &str) -> Command {
    let mut command = Command::new(project::target().join("debug/edgeline-simulator"));
    command
        .current_dir(project::root())
        .arg("--until-stdin-closes")
        .arg("--port")
        .arg(port.to_string())
        .args(["--app-url", app, "--state"])
        .arg(state.path("simulator.json"));
    command
}

/// Secrets go through the environment: everybody on the machine sees a program's arguments.
fn serve(tools: &Tools, state: &State, port: u16, vars: &BTreeMap<String, String>) -> Command {
    let mut command = tools.node("worker/serve.mjs");
    command
        .arg("--state")
        .arg(state.path("worker"))
        .arg("--port")
        .arg(port.to_string())
        .arg("--dev-vars")
        .envs(vars);
    command
}

fn wait_until_ready(happened: &Receiver<Event>, children: &mut Children) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match happened.recv_timeout(Duration::from_millis(200)) {
            Ok(Event::Report(report)) if report.get("ready").is_some() => return Ok(()),
            Ok(event) => handle(event)?,
            Err(RecvTimeoutError::Timeout) => children.assert_alive()?,
            Err(RecvTimeoutError::Disconnected) => bail!("workerd's supervisor is gone"),
        }
        if Instant::now() > deadline {
            bail!("the app did not answer within a minute");
        }
    }
}

fn wait_for_simulator(phone: &str, children: &mut Children) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !http::answers(phone) {
        children.assert_alive()?;
        if Instant::now() > deadline {
            bail!("the simulated Twilio did not answer within ten seconds");
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    Ok(())
}

/// Until Ctrl-C.
fn supervise(happened: &Receiver<Event>, children: &mut Children, mut loan: Option<&mut Loan>) -> Result<()> {
    loop {
        match happened.recv_timeout(Duration::from_millis(500)) {
            Ok(Event::Interrupted) => {
                println!("\nStopping.");
                return Ok(());
            }
            Ok(event) => handle(event)?,
            Err(RecvTimeoutError::Timeout) => {
                children.assert_alive()?;
                if let Some(loan) = &mut loan {
                    loan.go_on()?;
                }
            }
            Err(RecvTimeoutError::Disconnected) => bail!("workerd's supervisor is gone"),
        }
    }
}

fn handle(event: Event) -> Result<()> {
    match event {
        Event::Interrupted => bail!("interrupted"),
        Event::Report(report) => {
            if let Some(fatal) = report.get("fatal").and_then(|text| text.as_str()) {
                bail!("{fatal}");
            }
            if let Some(how) = report.get("died").and_then(|text| text.as_str()) {
                eprintln!("workerd died ({how}) and is started again");
            }
            Ok(())
        }
    }
}

fn print_welcome(
    twilio: Twilio,
    app: &str,
    phone: &str,
    state: &State,
    vars: &BTreeMap<String, String>,
    public_url: Option<&str>,
) {
    println!("\n  Edgeline          {app}");
    match twilio {
        Twilio::Simulated => {
            println!("  Customer's phone  {phone}");
            println!("\n  Sign in as        {}", demo::EMAIL);
            println!("  Password          {}", state.demo_password());
        }
        Twilio::Real => {
            println!("  Twilio            the real one: what you send is delivered and billed");
            match public_url {
                Some(address) if address != app => println!("  Twilio reaches us {address}"),
                _ => println!(
                    "  Twilio cannot reach this machine: start with --tunnel, or set PUBLIC_URL, to receive"
                ),
            }
        }
    }
    println!("  Admin token       {}", admin_token(vars));
    println!("  Data              {}", shown(state.directory()));
    println!("\n  Ctrl-C stops everything.");
}

fn admin_token(vars: &BTreeMap<String, String>) -> &str {
    vars.get("ADMIN_TOKEN").map_or("", String::as_str)
}

fn shown(directory: &Path) -> String {
    directory
        .strip_prefix(project::root())
        .unwrap_or(directory)
        .display()
        .to_string()
}
