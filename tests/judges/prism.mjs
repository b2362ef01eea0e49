// Prism between a client and a server: it answers 422 or 500 itself when a request or an answer is not as Twilio's
// OpenAPI file says, and names what is wrong.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../stage/ports.mjs";
import { nextLine, stop } from "../stage/processes.mjs";
import { writeTwilioOpenApi } from "./twilio-openapi.mjs";

/** `upstream` absent: Prism answers with the file's own examples. */
export async function startPrism({ upstream } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "edgeline-prism-"));
  const file = join(directory, "twilio.json");
  const operations = await writeTwilioOpenApi(file);
  const port = await freePort();
  const prism = createRequire(import.meta.url).resolve("@stoplight/prism-cli/package.json").replace(/package\.json$/, "dist/index.js");
  const command = upstream ? ["proxy", file, upstream, "--validate-request"] : ["mock", file];
  const child = spawn(process.execPath, [prism, ...command, "--errors", "--host", "127.0.0.1", "--port", `${port}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await nextLine(child, (line) => line.includes("Prism is listening"), "Prism");
  return {
    url: `http://127.0.0.1:${port}`,
    operations,
    async stop() {
      await stop(child);
      await rm(directory, { recursive: true });
    },
  };
}
