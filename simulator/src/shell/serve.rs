//! Accepts connections. By hand, and not with `axum::serve`, because a simulated Twilio must be able to break a
//! connection instead of answering.

use axum::Router;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;

/// In a response's extensions: it is not to arrive.
#[derive(Clone, Copy)]
pub(super) struct ConnectionLost;

pub(super) async fn serve(listener: TcpListener, routes: Router) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, mostly: it passes when connections close.
                eprintln!("simulator: a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let routes = TowerToHyperService::new(routes.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let answer = routes.call(request);
                async move {
                    let Ok(answer) = answer.await;
                    if answer.extensions().get::<ConnectionLost>().is_some() {
                        return Err(io::Error::from(io::ErrorKind::ConnectionReset));
                    }
                    Ok(answer)
                }
            });
            // The error of a connection is the client's to see; most are browsers that went away.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .with_upgrades()
                .await;
        });
    }
}
