// `cargo xtask dev --tunnel` with a played cloudflared, and the simulator as the real Twilio.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort } from "../../tests/stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../../tests/stage/simulator.mjs";
import { until } from "../../tests/stage/waiting.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const XTASK = `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/xtask`;
const TOKEN = "the-administrators-token-of-the-tests";
const ELSEWHERE = "https://switchboard.example/incoming";
const PATIENCE_MS = 90_000;

const folder = mkdtempSync(join(tmpdir(), "edgeline-tunnel-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const state = join(folder, "state");

/** Prints its address as cloudflared does, and hands every request on. */
const PLAYED = `#!${process.execPath}
const { createServer, request } = require("node:http");
const target = new URL(process.argv.at(-1));
const server = createServer((asked, answer) => {
  const { method, url: path, headers } = asked;
  const onward = request({ hostname: "127.0.0.1", port: target.port, method, path, headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  onward.on("error", () => answer.writeHead(502).end());
  asked.pipe(onward);
});
server.listen(0, "127.0.0.1", () => {
  console.error("INF Thank you. See https://developers.cloudflare.com/");
  console.error("INF |  http://127.0.0.1:" + server.address().port + "   |");
});
`;
writeFileSync(join(folder, "cloudflared"), PLAYED);
chmodSync(join(folder, "cloudflared"), 0o755);

let twilio, application;

/** As Twilio's REST API has it. */
async function twilioHas(path, form) {
  const answer = await fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT}/${path}`, {
    method: form ? "POST" : "GET",
    headers: { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}` },
    body: form && new URLSearchParams(form),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}
const number = async () => (await twilioHas(`IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(NUMBER)}`)).incoming_phone_numbers[0];
const applications = async () => (await twilioHas("Applications.json")).applications;

async function expectAsBefore() {
  const { sms_url, sms_method, sms_fallback_url, voice_url, voice_application_sid, status_callback } = await number();
  assert.deepEqual(
    { sms_url, sms_method, sms_fallback_url: sms_fallback_url ?? "", voice_url, voice_application_sid, status_callback: status_callback ?? "" },
    { sms_url: ELSEWHERE, sms_method: "GET", sms_fallback_url: "", voice_url: ELSEWHERE, voice_application_sid: application, status_callback: "" },
  );
  assert.deepEqual((await applications()).map(({ friendly_name }) => friendly_name), ["Standard"]);
  assert.ok(!existsSync(join(state, "before-tunnel.json")), "nothing is left to be put back");
}

function start(flags = ["--tunnel"], variables = {}) {
  const child = spawn(XTASK, ["dev", "--port", `${port}`, "--state", state, ...flags], {
    cwd: ROOT,
    env: {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      ADMIN_TOKEN: TOKEN,
      TWILIO_ACCOUNT_SID: ACCOUNT,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_PHONE_NUMBER: NUMBER,
      TWILIO_API_BASE: twilio.url,
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  after(() => child.kill("SIGKILL"));
  const dev = { child, said: "" };
  for (const output of [child.stdout, child.stderr]) output.on("data", (text) => (dev.said += text));
  dev.says = async (words) => {
    try {
      await until(words, () => says(dev, words), PATIENCE_MS);
    } catch (error) {
      throw new Error(`${error.message}\n${dev.said}`);
    }
  };
  // Closed: all that it said has been read as well.
  const closed = once(child, "close");
  dev.ends = async () => (await closed)[0];
  return dev;
}

function says(dev, words) {
  const hasEnded = dev.child.exitCode !== null || dev.child.signalCode !== null;
  if (dev.said.includes(words)) return true;
  if (hasEnded) throw new Error("dev has ended");
  return false;
}

let port;
before(async () => {
  port = await freePort();
  twilio = await startSimulator({ appUrl: "http://127.0.0.1:1" });
  ({ sid: application } = await twilioHas("Applications.json", { FriendlyName: "Standard", VoiceUrl: ELSEWHERE }));
  const { sid } = await number();
  await twilioHas(`IncomingPhoneNumbers/${sid}.json`, {
    SmsUrl: ELSEWHERE,
    SmsMethod: "GET",
    SmsFallbackUrl: "",
    VoiceUrl: ELSEWHERE,
    VoiceApplicationSid: application,
    StatusCallback: "",
  });
});
after(() => twilio.stop());

test("numbers lead here as soon as a company has the account, and back again after Ctrl-C", async () => {
  const dev = start();
  await dev.says("No company has this Twilio account yet");
  await expectAsBefore();
  const [address] = dev.said.match(/(?<=Twilio reaches us )\S+/);
  const answer = await fetch(`${address}/api/setup`, {
    method: "POST",
    headers: { origin: address, "content-type": "application/json" },
    body: JSON.stringify({ admin_token: TOKEN, company_name: "Boulangerie Martin", name: "Anne", email: "anne@example.com", password: "un mot de passe solide" }),
  });
  assert.equal(answer.status, 200, await answer.text());
  await dev.says("Ctrl-C puts back what Twilio had");
  const borrowed = await number();
  assert.ok(borrowed.sms_url.startsWith(`${address}/handle_sms#`), borrowed.sms_url);
  assert.equal(borrowed.voice_application_sid, "");
  assert.equal((await applications()).length, 2);

  await twilio.text({ from: "+33639980042", body: "Par le tunnel" });
  await until("the text came through the tunnel", async () => {
    const list = await fetch(`${address}/inbox/conversations`, { headers: { authorization: `Bearer ${TOKEN}`, "x-company-id": await company() } });
    return (await list.text()).includes("Par le tunnel");
  });

  dev.child.kill("SIGINT");
  assert.equal(await dev.ends(), 0, dev.said);
  await expectAsBefore();
});

test("after a crash the next start puts back what Twilio had, and the tunnel has ended with its master", async () => {
  const dev = start();
  await dev.says("Ctrl-C puts back what Twilio had");
  const [address] = dev.said.match(/(?<=Twilio reaches us )\S+/);
  dev.child.kill("SIGKILL");
  await dev.ends();
  assert.ok((await number()).sms_url.startsWith(address));
  for (const orphan of [address, `http://localhost:${port}`]) {
    await until(`nobody answers at ${orphan}`, () => fetch(orphan).then(() => false, () => true));
  }

  const next = start([]);
  await next.says("Twilio has again what it had before");
  await next.says("Ctrl-C stops everything");
  await expectAsBefore();
  next.child.kill("SIGINT");
  assert.equal(await next.ends(), 0, next.said);
});

test("what somebody has led elsewhere meanwhile stays there", async () => {
  const dev = start();
  await dev.says("Ctrl-C puts back what Twilio had");
  const { sid } = await number();
  const settings = ["SmsUrl", "SmsFallbackUrl", "VoiceUrl", "VoiceFallbackUrl", "StatusCallback"];
  await twilioHas(`IncomingPhoneNumbers/${sid}.json`, Object.fromEntries(settings.map((name) => [name, "https://third.example/"])));
  dev.child.kill("SIGINT");
  assert.equal(await dev.ends(), 0, dev.said);
  assert.equal((await number()).sms_url, "https://third.example/");
});

test("without the program, or without an account, one sentence says so before anything is built", async () => {
  const without = start(["--tunnel"], { PATH: "/nowhere" });
  assert.equal(await without.ends(), 1);
  assert.match(without.said, /install cloudflared .* or ngrok/);
  const simulated = start(["--tunnel"], { TWILIO_ACCOUNT_SID: "", TWILIO_AUTH_TOKEN: "" });
  assert.equal(await simulated.ends(), 1);
  assert.match(simulated.said, /put TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN into .dev.vars/);
  assert.doesNotMatch(without.said + simulated.said, /▸/);
});

async function company() {
  const answer = await fetch(`http://localhost:${port}/api/companies`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return (await answer.json())[0].id;
}
