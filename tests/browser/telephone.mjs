// What calls in a browser need: the unmodified Voice SDK on a page, a microphone that plays a known tone, and a company
// whose webhooks answer TwiML of Twilio's own library after checking each signature with it.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import twilio from "twilio";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";
import config from "./playwright.config.mjs";

export const KEY = { sid: "SK33333333333333333333333333333333", secret: "44444444444444444444444444444444" };
export const APPLICATION = "AP77777777777777777777777777777777";
/** What the microphone of every browser plays. */
export const MICROPHONE_HERTZ = 700;

const SDK = createRequire(import.meta.url).resolve("@twilio/voice-sdk").replace(/es5.twilio\.js$/, "dist/twilio.js");

/** Two seconds of a sine in a WAV file, which Chromium plays again and again. */
function tone(hertz, rate = 48_000, seconds = 2) {
  const samples = rate * seconds;
  const file = Buffer.alloc(44 + samples * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write("WAVEfmt ", 8);
  for (const [at, value] of [[16, 16], [24, rate], [28, rate * 2], [40, samples * 2]]) file.writeUInt32LE(value, at);
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]]) file.writeUInt16LE(value, at);
  file.write("data", 36);
  for (let at = 0; at < samples; at++) {
    file.writeInt16LE(Math.round(16_000 * Math.sin((2 * Math.PI * hertz * at) / rate)), 44 + at * 2);
  }
  return file;
}

const folder = await mkdtemp(join(tmpdir(), "edgeline-calls-"));
process.on("exit", () => void rm(folder, { recursive: true, force: true }));
const microphone = join(folder, "microphone.wav");
await writeFile(microphone, tone(MICROPHONE_HERTZ));

/** Chromium with a microphone that nobody has to allow. */
export const launchOptions = {
  ...config.use.launchOptions,
  args: [
    ...config.use.launchOptions.args,
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${microphone}`,
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
  ],
};

/** Runs in the page, before the SDK: its sockets go to the simulator instead. */
const SHIM = (address) => `
  const Real = WebSocket;
  window.WebSocket = class extends Real {
    constructor(url, protocols) {
      super(String(url).replace(/^wss:\\/\\/[^/]*\\/signal/, "ws://${address}/signal"), protocols);
      (window.sockets ??= []).push(this);
    }
  };
  const Peer = RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Peer {
    constructor(...all) { super(...all); window.peers.push(this); }
  };`;

const HELPERS = `
  window.events = [];
  const note = (name, data) => events.push({ name, data });
  window.follow = (call) => {
    window.call = call;
    for (const name of ["accept", "ringing", "disconnect", "cancel", "reject", "reconnecting", "reconnected"]) call.on(name, () => note(name));
    call.on("error", (error) => note("call-error", error.code));
  };
  window.register = async (token, options) => {
    window.device = new Twilio.Device(token, { sounds: { incoming: "/quiet.wav", outgoing: "/quiet.wav", disconnect: "/quiet.wav" }, ...options });
    for (const name of ["registered", "unregistered", "tokenWillExpire"]) device.on(name, () => note(name));
    device.on("error", (error) => note("error", error.code));
    device.on("incoming", (call) => { follow(call); note("incoming", Object.fromEntries(call.customParameters)); });
    await device.register();
  };
  window.dial = async (params) => follow(await device.connect({ params }));
  /** Packets each way, and the loudest frequency of what is heard, over a second and a half. */
  window.measure = async () => {
    const peer = peers.at(-1);
    const count = async () => {
      const found = { received: 0, sent: 0 };
      for (const report of (await peer.getStats()).values()) {
        if (report.type === "inbound-rtp") found.received = report.packetsReceived;
        if (report.type === "outbound-rtp") found.sent = report.packetsSent;
      }
      return found;
    };
    const before = await count();
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 16384;
    context.createMediaStreamSource(call.getRemoteStream()).connect(analyser);
    await new Promise((done) => setTimeout(done, 1500));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    const hertz = (loudest * context.sampleRate) / analyser.fftSize;
    const level = bins[loudest];
    await context.close();
    const after = await count();
    return { received: after.received - before.received, sent: after.sent - before.sent, hertz, level };
  };`;

/**
 * A company with a simulated Twilio. \`webhooks\`: what each path answers, as a function of the parameters and a new
 * \`VoiceResponse\`. \`received\` holds all that came, in order.
 */
export async function startCompany(webhooks) {
  const received = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", async () => {
      const path = new URL(request.url, "http://x").pathname;
      if (path === "/") return send(response, "text/html", `<!doctype html><title>softphone</title><script>${SHIM(new URL(simulator.url).host)}</script><script src="/sdk.js"></script><script>${HELPERS}</script>`);
      if (path === "/favicon.ico") return response.writeHead(404).end();
      if (path === "/sdk.js") return send(response, "text/javascript", await readFile(SDK));
      if (path.endsWith(".wav")) return send(response, "audio/wav", tone(path === "/song.wav" ? 440 : 1, 8000, path === "/song.wav" ? 1 : 0.1));
      const params = Object.fromEntries(new URLSearchParams(body));
      const signed = twilio.validateRequest(AUTH_TOKEN, request.headers["x-twilio-signature"] ?? "", `${url}${request.url}`, params);
      received.push({ path, params, signed });
      const answer = new twilio.twiml.VoiceResponse();
      await webhooks[path]?.(params, answer);
      send(response, "text/xml", answer.toString());
    });
  });
  await new Promise((done) => server.listen(0, "localhost", done));
  const url = `http://localhost:${server.address().port}`;
  const simulator = await startSimulator({ appUrl: url });
  await simulator.put("accounts", { sid: ACCOUNT, auth_token: AUTH_TOKEN, keys: [KEY] });
  await simulator.put("applications", { sid: APPLICATION, account_sid: ACCOUNT, voice_url: `${url}/outgoing` });
  await simulator.put("numbers", { account_sid: ACCOUNT, phone_number: NUMBER, sms: true, voice: true, voice_url: `${url}/incoming`, status_callback: `${url}/ended` });
  return {
    url,
    received,
    simulator,
    client: restClient(simulator.url),
    /** What came to a path, in order. */
    of: (path) => received.filter((one) => one.path === path).map((one) => one.params),
    phone: simulator.behave,
    ring: simulator.ring,
    call: simulator.call,
    calls: simulator.calls,
    press: simulator.press,
    hangUp: simulator.hangUp,
    recording: simulator.recording,
    async stop() {
      await simulator.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function send(response, type, body) {
  response.writeHead(200, { "content-type": type });
  response.end(body);
}

/** Twilio's own client, at the simulator. */
function restClient(base) {
  const requests = new twilio.RequestClient();
  const request = requests.request.bind(requests);
  requests.request = (options) => request({ ...options, uri: options.uri.replace("https://api.twilio.com", base) });
  return twilio(ACCOUNT, AUTH_TOKEN, { httpClient: requests });
}

export function token(identity, ttl = 3600) {
  const made = new twilio.jwt.AccessToken(ACCOUNT, KEY.sid, KEY.secret, { identity, ttl });
  made.addGrant(new twilio.jwt.AccessToken.VoiceGrant({ outgoingApplicationSid: APPLICATION, incomingAllow: true }));
  return made.toJwt();
}

/** A browser's softphone, registered. */
export async function softphone(context, company, identity, { ttl, options } = {}) {
  const page = await context.newPage();
  await page.goto(company.url);
  await page.evaluate(([jwt, options]) => register(jwt, options), [token(identity, ttl), options]);
  return {
    page,
    dial: (params) => page.evaluate((params) => dial(params), params),
    until: (name) => page.waitForFunction((name) => events.some((event) => event.name === name), name, { timeout: 10_000 }),
    events: () => page.evaluate(() => events.map((event) => event.name)),
    data: (name) => page.evaluate((name) => events.find((event) => event.name === name)?.data, name),
    accept: () => page.evaluate(() => call.accept()),
    reject: () => page.evaluate(() => call.reject()),
    hangUp: () => page.evaluate(() => call.disconnect()),
    mute: (muted) => page.evaluate((muted) => call.mute(muted), muted),
    press: (keys) => page.evaluate((keys) => call.sendDigits(keys), keys),
    measure: () => page.evaluate(() => measure()),
  };
}

/** The loudest frequency of a WAV file's first channel, to 10 Hz. */
export const loudestHertz = (wav) => loudestTones(wav, 1)[0];

/** The `count` loudest, the lowest first; what lies within 100 Hz of a louder one is the same. */
export function loudestTones(wav, count) {
  const [channels, rate] = [wav.readUInt16LE(22), wav.readUInt32LE(24)];
  const samples = [];
  for (let at = 44; at + 1 < wav.length; at += 2 * channels) samples.push(wav.readInt16LE(at));
  const powers = [];
  for (let hertz = 100; hertz < 3800; hertz += 10) {
    const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let [one, two] = [0, 0];
    for (const sample of samples) [one, two] = [sample + turn * one - two, one];
    powers.push({ hertz, power: one * one + two * two - turn * one * two });
  }
  powers.sort((one, other) => other.power - one.power);
  const tones = [];
  for (const { hertz } of powers) {
    if (tones.length < count && tones.every((tone) => Math.abs(tone - hertz) > 100)) tones.push(hertz);
  }
  return tones.sort((one, other) => one - other);
}
