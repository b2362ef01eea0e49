//! `edgeline-simulator`: a small Twilio on this machine, with a customer's phone to play with.

use edgeline_simulator::shell::{self, Sockets, keep};
use edgeline_simulator::{Config, Delays, Twilio};
use std::process::ExitCode;
use tokio::sync::oneshot;

mod arguments;
mod stage;

use arguments::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{}", arguments::HELP);
            return ExitCode::SUCCESS;
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            return ExitCode::from(2);
        }
    };
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let sockets = Sockets::bind(arguments.port).await?;
    let address = sockets.api_address()?;
    let mut twilio = Twilio::new(Config {
        seed: arguments.seed,
        api_base: format!("http://{address}"),
        media_base: format!("http://{}", sockets.media_address()?),
        delays: Delays::default(),
    });
    if let Some(file) = &arguments.state {
        keep::restore(&mut twilio, file)?;
    }
    stage::set(&mut twilio, &arguments);
    println!("Simulated Twilio at http://{address} (the customer's phone is there too).");
    println!("Webhooks go to {}.", arguments.app_url);
    let numbers: Vec<_> = twilio
        .numbers()
        .iter()
        .map(|own| own.resource.phone_number.as_str())
        .collect();
    println!("Numbers: {}.", numbers.join(", "));
    let ended = async {
        tokio::select! {
            () = stopped() => {}
            () = left_alone(), if arguments.until_stdin_closes => {}
        }
    };
    shell::run(twilio, sockets, arguments.state, ended).await
}

/// The end of standard input, which whoever started us holds open: they are gone, however suddenly.
async fn left_alone() {
    let (gone, is_gone) = oneshot::channel();
    // A thread, not a task: the program may end while it reads.
    std::thread::spawn(move || {
        let read = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        // Nobody listens any more only while we are ending anyway.
        gone.send(read).ok();
    });
    is_gone.await.ok();
}

/// Ctrl-C, or the `SIGTERM` of whoever started us.
async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
