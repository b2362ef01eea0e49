// What is deployed, as far as it can be tried without an account: wrangler itself takes the configuration and the
// bundle of both environments, and Cloudflare's limits hold. The order of the steps is tested in xtask/src/deploy.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";

const root = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "edgeline-deploy-"));
const config = join(root, `.wrangler-test-${process.pid}.toml`);
// The artefacts are there: building them again inside of a test would only wait for cargo's lock.
writeFileSync(config, readFileSync(join(root, "wrangler.toml"), "utf8").replace(/^\[build\]\ncommand = .*\n/m, ""));
after(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(config);
});

for (const [environment, worker] of Object.entries({ "": "edgeline", staging: "edgeline-staging" })) {
  test(`wrangler takes the bundle of ${worker}, and it is small enough for the free plan`, async () => {
    const outdir = join(folder, worker);
    const { stdout } = await promisify(execFile)(
      join(root, "node_modules/.bin/wrangler"),
      ["deploy", "--dry-run", "--config", config, `--env=${environment}`, "--outdir", outdir],
      {
        cwd: root,
        timeout: 120_000,
        env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(folder, "logs") },
      },
    );
    const [, gzip] = stdout.match(/Total Upload: .* gzip: ([\d.]+) KiB/) ?? [];
    assert.ok(Number(gzip) > 100 && Number(gzip) < 3 * 1024, stdout);
    for (const binding of ["env.LIVE_HUB", "env.DISPATCHER", "env.DB", "env.MEDIA", "env.SIGN_IN_LIMIT", "env.ASSETS"]) {
      assert.ok(stdout.includes(binding), `${binding} is not bound:\n${stdout}`);
    }
    assert.ok(readdirSync(outdir).some((name) => name.endsWith(".wasm")));
  });
}

test("`cargo xtask deploy --dry-run` needs no network, and says what would be deployed and how large it is", async () => {
  const xtask = `${process.env.CARGO_TARGET_DIR ?? join(root, "target")}/debug/xtask`;
  // Whoever asks the network all the same finds nobody.
  const nowhere = Object.fromEntries(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"].map((name) => [name, "http://127.0.0.1:9"]));
  const { stdout } = await promisify(execFile)(xtask, ["deploy", "--dry-run", "--env", "staging"], {
    cwd: root,
    timeout: 300_000,
    env: { ...process.env, ...nowhere, CARGO_NET_OFFLINE: "true" },
  });
  assert.match(stdout, /edgeline-staging would be deployed, with \S+ and \S+/);
  assert.match(stdout, /Worker +\d+ KiB, +\d+ KiB compressed \(limit 3072 KiB/);
  assert.match(stdout, /page +\d+ files \(limit 20000\)/);
});

test("what deploying reads in wrangler's answers is what this wrangler writes", () => {
  const wrangler = readFileSync(join(root, "node_modules/wrangler/wrangler-dist/cli.js"), "utf8");
  const ours = ["steps.rs", "wrangler.rs", "bundle.rs"].map((name) => readFileSync(join(root, "xtask/src/deploy", name), "utf8")).join("\n");
  for (const [phrase, source = phrase] of [
    ["No migrations to apply"],
    ["If this is a new Worker"],
    ["WRANGLER_OUTPUT_FILE_PATH"],
    ["Total Upload: "],
    ["workers/tag", "workers~1tag"],
    ["version_id: ", "version_id"],
    ["targets", "targets"],
  ]) {
    assert.ok(wrangler.includes(phrase), `wrangler no longer says ${phrase}`);
    assert.ok(ours.includes(source), `nobody reads ${source} any more`);
  }
});

test("wrangler knows every flag that deploying gives it", async () => {
  for (const [command, ...flags] of [
    ["whoami", "--json"],
    ["d1 list", "--json"],
    ["d1 migrations list", "--remote", "--env"],
    ["d1 migrations apply", "--remote", "--env"],
    ["secret list", "--format", "--env"],
    ["deployments status", "--json", "--env"],
    ["versions view", "--json", "--env"],
    ["deploy", "--tag", "--secrets-file", "--dry-run", "--outdir", "--env"],
  ]) {
    const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin/wrangler"), [...command.split(" "), "--help"], {
      cwd: root,
      timeout: 60_000,
      env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(folder, "logs") },
    });
    for (const flag of flags) assert.ok(stdout.includes(flag), `${command} has no ${flag}:\n${stdout}`);
  }
});
