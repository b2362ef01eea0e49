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
