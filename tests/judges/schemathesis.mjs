// `node tests/judges/schemathesis.mjs`: Schemathesis (PyPI) makes requests of the OpenAPI file, as it says and as it does not,
// and looks at every answer: none may be a 5xx, a status, a type or a shape that the file does not announce.
// A command of its own and no part of `cargo xtask test`: it needs Python, which nothing else here does.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDeployment } from "../stage/deployment.mjs";
import { freePort } from "../stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";

const VERSION = "4.32.5";
const CACHE = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
const VENV = join(CACHE, "edgeline", "tools", `schemathesis-${VERSION}`);
const FILE = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));

const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
];

/** Answers its program; says in a sentence what is missing. */
function schemathesis() {
  const program = join(VENV, "bin", "schemathesis");
  if (existsSync(program)) return program;
  const steps = [
    ["python3", ["-m", "venv", VENV]],
    [join(VENV, "bin", "pip"), ["install", "--quiet", `schemathesis==${VERSION}`]],
  ];
  for (const [command, parameters] of steps) {
    const { status, error } = spawnSync(command, parameters, { stdio: "inherit" });
    if (status !== 0) {
      throw new Error(`${command} ${parameters.join(" ")} failed (${error?.message ?? status}): Schemathesis needs Python 3.10 with venv`);
    }
  }
  return program;
}

const program = schemathesis();
const port = await freePort();
const simulator = await startSimulator({ appUrl: `http://127.0.0.1:${port}` });
const app = await startDeployment({ port, variables: { TWILIO_API_BASE: simulator.url } });
let status = 1;
try {
  const { id } = await app.call("POST", "/api/companies", { name: "Boulangerie" });
  const call = (method, path, body) => app.call(method, path, body, { "x-company-id": id });
  await call("POST", "/inbox/integrations", { name: "Standard", account_id: ACCOUNT, api_key: AUTH_TOKEN, phone_number: NUMBER });
  const { token } = await call("POST", "/api/api-tokens", { name: "schemathesis", role: "admin" });
  const run = spawnSync(
    program,
    [
      "run", FILE, "--url", app.url,
      "--header", `Authorization: Bearer ${token}`,
      "--checks", CHECKS.join(","),
      "--phases", "coverage,fuzzing",
      "--max-examples", process.argv[2] ?? "10",
      "--max-time", "80",
      "--seed", "1", "--generation-deterministic",
      "--request-timeout", "20",
      "--continue-on-failure",
      "--warnings", "off",
      // A WebSocket is not for it.
      "--exclude-path", "/api/live",
    ],
    // Its notes on what it found are of no use here.
    { stdio: "inherit", cwd: tmpdir() },
  );
  status = run.status ?? 1;
} finally {
  await app.stop();
  await simulator.stop();
}
process.exit(status);
