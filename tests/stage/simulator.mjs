// The simulated Twilio as a process of its own, with one account.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.mjs";
import { nextLine, stop } from "./processes.mjs";

export const ACCOUNT = "AC11111111111111111111111111111111";
export const AUTH_TOKEN = "22222222222222222222222222222222";
/** French: texts and calls. */
export const NUMBER = "+33755530001";
/** Canadian: pictures too. */
export const OTHER_NUMBER = "+18195550002";
/** French, and texts only, as most are. */
export const TEXT_NUMBER = "+33755530003";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** `appUrl`: whose webhooks it calls. */
export async function startSimulator({ appUrl }) {
  const binary = `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/edgeline-simulator`;
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run \`cargo build -p edgeline-simulator\` first`);
  const port = await freePort();
  const flags = ["--port", `${port}`, "--app-url", appUrl, "--seed", "1"];
  const stage = [
    ["--account", `${ACCOUNT}:${AUTH_TOKEN}`],
    ["--number", `${NUMBER}:sms,mms,voice`],
    ["--number", `${OTHER_NUMBER}:sms,mms,voice`],
    ["--number", `${TEXT_NUMBER}:sms,voice`],
    ["--whatsapp", NUMBER],
  ];
  const child = spawn(binary, [...flags, ...stage.flat()], { stdio: ["ignore", "pipe", "inherit"] });
  await nextLine(child, (line) => line.startsWith("Numbers:"), "the simulator");
  const url = `http://127.0.0.1:${port}`;
  const control = async (method, path, body) => {
    const answer = await fetch(`${url}/sim/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /sim/${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
  return {
    url,
    /** A customer sends something. */
    text: (message) => control("POST", "texts", { to: NUMBER, ...message }),
    misbehave: (switches) => control("PATCH", "misbehaviour", switches),
    delay: (delays) => control("PATCH", "delays", delays),
    put: (what, value) => control("POST", what, value),
    /** What it could not deliver, the oldest first. */
    alerts: () => control("GET", "alerts"),
    /** What that customer's telephone shows. */
    phone: (number) => control("GET", `phones/${number}`),
    /** What that telephone does when it is called (simulator/README.md). */
    behave: (number, behaviour) => control("PUT", `phones/${number}/behaviour`, behaviour),
    /** A customer rings. Answers the SID. */
    ring: async (from, phone = {}, to = NUMBER) => (await control("POST", "calls", { from, to, phone })).sid,
    call: (sid) => control("GET", `calls/${sid}`),
    calls: () => control("GET", "calls"),
    /** What that telephone says from now on: a tone, or nothing (`null`). */
    sound: (sid, hertz) => control("POST", `calls/${sid}/sound`, { hertz }),
    press: (sid, keys) => control("POST", `calls/${sid}/keys`, { keys }),
    hangUp: (sid) => control("POST", `calls/${sid}/hangup`),
    recording: async (sid) => Buffer.from(await (await fetch(`${url}/sim/recordings/${sid}`)).arrayBuffer()),
    /** Identities whose browsers could be rung. */
    registrations: () => control("GET", "registrations"),
    stop: () => stop(child),
  };
}
