//! Every route, by everybody: the access rule that the endpoint carries is the one that holds.

use contract::people::{CreateApiToken, NewApiToken};
use contract::{Method, ProblemCode};
use domain::Role;
use domain::role::{Access, Scope};

use super::people::hire;
use crate::world::{Caller, Request, World, scenarios};

scenarios! {
    every_route_admits_just_whom_its_rule_admits,
    a_persons_own_affairs_are_open_to_them,
    a_limited_token_reaches_its_scope_and_nothing_else,
    an_unknown_path_and_a_wrong_method_are_told_apart,
    every_answer_forbids_sniffing_and_storing,
    the_deployment_says_that_it_is_alive,
}

/// Of a row that is nobody's: a handler that is reached answers 404, and changes nothing.
const NOBODYS: &str = "00000000000000000000000000";

fn request(method: Method, path: &str) -> Request {
    let request = Request::new(method.as_str(), path.replace("{id}", NOBODYS));
    match method {
        Method::Post | Method::Patch => request.json(&serde_json::json!({})),
        Method::Get | Method::Delete => request,
    }
}

/// A person's own affairs are not a token's.
const PERSONAL: [&str; 5] = [
    "/api/me",
    "/api/me/password",
    "/api/sessions",
    "/api/session/company",
    "/api/push/subscriptions",
];

fn a_persons_own_affairs_are_open_to_them(world: &World) {
    let company = world.company();
    for role in [Role::Agent, Role::Admin] {
        for route in server::web::routes().table {
            if !PERSONAL.contains(&route.path) || !route.access.admits(Some(role)) {
                continue;
            }
            // One for each: ending one's sessions ends them all.
            let (person, ..) = hire(world, &company, role);
            let answer = person.send(request(route.method, route.path));
            let what = format!("{} {} by {role:?}", route.method.as_str(), route.path);
            assert!(
                !matches!(answer.status, 401 | 403 | 500..),
                "{what}: {}",
                answer.status
            );
        }
    }
}

fn every_route_admits_just_whom_its_rule_admits(world: &World) {
    let company = world.company();
    let table = server::web::routes().table;
    assert!(table.len() > 40, "only {} routes", table.len());
    let callers = [
        (None, world.stranger()),
        (Some(Role::Agent), company.agent.clone()),
        (Some(Role::Admin), company.admin.clone()),
        (Some(Role::Superadmin), company.superadmin),
    ];
    for route in table {
        let what = format!("{} {}", route.method.as_str(), route.path);
        for (role, caller) in &callers {
            let answer = caller.send(request(route.method, route.path));
            let refused = matches!(answer.status, 401 | 403).then(|| answer.refused());
            match route.access {
                Access::TwilioSigned => assert!(
                    matches!(answer.status, 403 | 415),
                    "{what} let {role:?} in without a signature: {}",
                    answer.status
                ),
                access if access.admits(*role) => {
                    let shut_out = matches!(refused, Some(ProblemCode::NotSignedIn | ProblemCode::Forbidden));
                    assert!(
                        !shut_out || PERSONAL.contains(&route.path),
                        "{what} shut {role:?} out: {refused:?}"
                    );
                    assert!(answer.status < 500, "{what} by {role:?}: {}", answer.text());
                }
                _ => {
                    let expected = if role.is_none() {
                        ProblemCode::NotSignedIn
                    } else {
                        ProblemCode::Forbidden
                    };
                    assert_eq!(refused, Some(expected), "{what} by {role:?}: {}", answer.status);
                }
            }
        }
    }
}

fn a_limited_token_reaches_its_scope_and_nothing_else(world: &World) {
    let company = world.company();
    let table = server::web::routes().table;
    for scope in Scope::ALL {
        assert!(
            table.iter().any(|route| route.scope == Some(scope)),
            "{scope:?} opens nothing"
        );
        let token = NewApiToken {
            name: scope.as_str().to_owned(),
            role: Role::Admin,
            scopes: Some(vec![scope]),
        };
        let made = company.admin.call::<CreateApiToken>(&(), &token);
        assert_eq!(made.view.scopes, Some(vec![scope]));
        let script = Caller::with_token(&world.site, &made.token);
        let asked = table
            .iter()
            .filter(|route| matches!(route.access, Access::AtLeast(role) if role <= Role::Admin));
        for route in asked {
            let what = format!("{} {}", route.method.as_str(), route.path);
            let answer = script.send(request(route.method, route.path));
            let is_shut_out = answer.status == 403 && answer.refused() == ProblemCode::ScopeMissing;
            assert_eq!(is_shut_out, route.scope != Some(scope), "{what} with {scope:?}");
        }
    }
}

fn an_unknown_path_and_a_wrong_method_are_told_apart(world: &World) {
    let company = world.company();
    for path in [
        "/api/nothing",
        "/inbox/nothing",
        "/twilio/nothing",
        "/api/users/x/y/z",
    ] {
        assert_eq!(company.admin.get(path).refused(), ProblemCode::NotFound, "{path}");
    }
    for (method, path) in [
        ("DELETE", "/api/users"),
        ("GET", "/handle_sms"),
        ("PATCH", "/api/send-sms"),
        ("GET", "/message-status"),
    ] {
        let answer = company.admin.send(Request::new(method, path));
        assert_eq!(answer.refused(), ProblemCode::MethodNotAllowed, "{method} {path}");
    }
    for id in ["x", "00000000000000000000000000'", "%00", "../users"] {
        let answer = company.admin.get(&format!("/inbox/conversations/{id}/messages"));
        assert_eq!(answer.status, 404, "{id}");
    }
}

fn every_answer_forbids_sniffing_and_storing(world: &World) {
    let company = world.company();
    for path in ["/api/session", "/api/config", "/inbox/conversations"] {
        let answer = company.agent.get(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert!(
            answer.header("x-request-id").is_some_and(|id| id.len() >= 8),
            "{path}"
        );
    }
}

fn the_deployment_says_that_it_is_alive(world: &World) {
    assert_eq!(world.stranger().get("/healthz").status, 200);
    let described = world.stranger().get("/api/openapi.json");
    assert_eq!(
        (described.status, described.header("location")),
        (308, Some("/openapi.json"))
    );
}
