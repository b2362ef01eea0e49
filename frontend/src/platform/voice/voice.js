// The softphone's line: Twilio's Voice SDK (https://www.twilio.com/docs/voice/sdks/javascript), the sound devices, and the
// agreement between this browser's tabs on which of them holds the line. Loaded when a person first takes or makes calls.
// `platform/voice.rs` is the other side: orders come in, news goes out, both as JSON.

import { meter } from "./meter.js";
import { tabs } from "./tabs.js";

/** The SDK as Twilio publishes it; `cargo xtask build` gives it a name of its own. */
const SDK = "./edgeline-twilio.js";
const SOUNDS = ["incoming", "outgoing", "disconnect", ...[..."0123456789hs"].map((key) => `dtmf${key}`)];
/** Time enough to fetch a token, and to try again. */
const TOKEN_REFRESH_MS = 60_000;

/** A tone of 160 ms, a pause of 70, and what it takes to begin. */
const TONE_MS = 250;
/** Keys that the browser has not sent by then will not be: the next ones wait no longer. */
const MOST_TONE_MS = 10_000;

let tell;
let device;
let sounding = Promise.resolve();
/** By the name that the panel gave it, or for one that comes in the SDK's own. */
const calls = new Map();
/** By their ids; an empty one is the system's own. */
let chosen = {};
/** The one that was chosen, while it is plugged in. */
let microphone = "";

/** Begins; answers what takes orders. An order answers what it is asked for, or nothing. */
export function start(listener) {
  tell = (news) => listener(JSON.stringify(news));
  tabs.listen(tell);
  navigator.mediaDevices?.addEventListener("devicechange", () => tell({ news: "devices_changed" }));
  return async (order) => {
    const { order: name, ...rest } = JSON.parse(order);
    try {
      return JSON.stringify((await orders[name](rest)) ?? null);
    } catch (error) {
      console.warn(`${name}:`, error);
      throw error;
    }
  };
}

const orders = {
  /** Registers this browser; a device that is there gets the new token. */
  async open({ token, signalling, rung, ...devices }) {
    if (device) {
      device.updateToken(token);
      if (rung) orders.register();
      return;
    }
    const { Device } = await load(signalling);
    device = new Device(token, {
      sounds: Object.fromEntries(SOUNDS.map((name) => [name, `/sounds/${name}.wav`])),
      tokenRefreshMs: TOKEN_REFRESH_MS,
      closeProtection: true,
      codecPreferences: ["opus", "pcmu"],
      enableImprovedSignalingErrorPrecision: true,
      logLevel: "silent",
      // A simulated Twilio has no measurements of Twilio's own to feed.
      ...(signalling ? { publishEvents: false } : {}),
    });
    device.on("registered", () => tell({ news: "registered" }));
    device.on("unregistered", () => tell({ news: "unregistered" }));
    device.on("tokenWillExpire", () => tell({ news: "token_ends" }));
    device.on("error", (error) => tell({ news: "trouble", code: error.code ?? 0 }));
    device.on("incoming", (call) => {
      const name = call.parameters.CallSid;
      follow(name, call);
      const said = Object.fromEntries(call.customParameters);
      tell({ news: "incoming", id: name, from: call.parameters.From ?? "", said });
    });
    // At first it knows none; and a headset may be plugged in again.
    device.audio?.on("deviceChange", () => orders.devices(chosen));
    if (rung) orders.register();
    await orders.devices(devices);
  },

  // The SDK's promise never settles when the token is refused: its events tell.
  register() {
    if (device?.state === "unregistered") device.register().catch(() => {});
  },

  close() {
    meter.stop();
    device?.destroy();
    device = undefined;
    microphone = "";
    calls.clear();
  },

  async dial({ id, to, caller_id }) {
    const params = { To: to, ...(caller_id ? { CallerId: caller_id } : {}) };
    await orRefused(openMicrophone);
    try {
      follow(id, await device.connect({ params }));
    } finally {
      await letMicrophoneGo();
    }
  },

  async accept({ id }) {
    await orRefused(openMicrophone);
    calls.get(id)?.accept();
    // Whoever called may have given up meanwhile.
    if (!calls.has(id)) await letMicrophoneGo();
  },

  reject: ({ id }) => calls.get(id)?.reject(),
  ignore: ({ id }) => calls.get(id)?.ignore(),
  mute: ({ id, on }) => calls.get(id)?.mute(on),

  /** One after the other, and one that cannot be sent does not keep the next from it. */
  keys({ id, keys }) {
    sounding = sounding
      .then(() => sound(id, keys))
      .catch((error) => tell({ news: "call_trouble", id, code: error.code ?? 0 }));
  },

  hang_up({ id }) {
    calls.get(id)?.disconnect();
  },

  /**
   * Which microphone, loudspeaker and ringer; an empty name is the system's own. One that cannot be opened is told, and
   * the system's own serves: a headset left at home makes nobody unreachable.
   */
  async devices(devices) {
    chosen = devices;
    for (const choose of [chooseMicrophone, chooseOutputs]) await orRefused(choose);
  },

  /** Asks the person, once and for all, and lists what there is. */
  async ask_microphone() {
    try {
      stop(await navigator.mediaDevices.getUserMedia({ audio: true }));
    } catch (error) {
      return error.name === "NotFoundError" ? "absent" : "denied";
    }
    return "granted";
  },

  /** `unsupported` where there are no calls at all: no microphone interface outside https, no WebRTC. */
  async microphone() {
    if (!navigator.mediaDevices || !globalThis.RTCPeerConnection) return "unsupported";
    try {
      return (await navigator.permissions.query({ name: "microphone" })).state;
    } catch {
      return "prompt"; // Firefox before 132 does not tell
    }
  },

  async list_devices() {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    const of = (kind) =>
      all.filter((one) => one.kind === kind && one.label).map(({ deviceId, label }) => ({ id: deviceId, label }));
    return { microphones: of("audioinput"), speakers: of("audiooutput") };
  },

  /** How loud the microphone is, ten times a second, until it is stopped. */
  async meter({ on, microphone }) {
    if (on) await meter.start(microphone, (level) => tell({ news: "level", level }));
    else meter.stop();
  },

  async test({ ringer }) {
    const output = ringer ? device?.audio?.ringtoneDevices : device?.audio?.speakerDevices;
    await output?.test("/sounds/incoming.wav");
  },

  say: ({ text }) => tabs.say(text),
  take_line: () => tabs.take(),
};

const has = (known, id) => id && known.has(id);
const isSpeaking = () => [...calls.values()].some((call) => call.status() !== "pending");

async function orRefused(use) {
  try {
    await use();
  } catch (error) {
    console.warn("devices:", error);
    tell({ news: "device_refused" });
  }
}

/** Tried at once, so that one hears of a broken one before the first call. */
async function chooseMicrophone() {
  const audio = device?.audio;
  if (!audio) return;
  const wanted = has(audio.availableInputDevices, chosen.microphone) ? chosen.microphone : "";
  if (wanted === microphone) return;
  microphone = wanted;
  if (isSpeaking()) await openMicrophone();
  else if (wanted) stop(await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: wanted } } }));
}

/** For a call, and not from the choice on, as the SDK would: a headset that listens all day plays nothing else well. */
async function openMicrophone() {
  const audio = device.audio;
  if (!audio || (!microphone && !isSpeaking())) return;
  const id = [microphone, "default"].find((id) => has(audio.availableInputDevices, id));
  if (id) await audio.setInputDevice(id);
}

async function letMicrophoneGo() {
  if (!device?.audio?.inputDevice || isSpeaking()) return;
  try {
    await device.audio.unsetInputDevice();
  } catch (error) {
    console.warn("the microphone stays open:", error);
  }
}

const stop = (stream) => stream.getTracks().forEach((track) => track.stop());

async function chooseOutputs() {
  const audio = device?.audio;
  if (!audio?.isOutputSelectionSupported) return;
  const outputs = audio.availableOutputDevices;
  for (const [places, id] of [[audio.speakerDevices, chosen.speaker], [audio.ringtoneDevices, chosen.ringer]]) {
    // Headless machines, and those whose devices may not be named yet, have no `default`.
    const wanted = [id, "default"].find((id) => has(outputs, id));
    if (wanted) await places.set(wanted);
  }
}

/**
 * Sends keys, until the browser has begun the last of them: it forgets those that still wait when it gets new ones. How
 * many wait it tells itself; a clock would be wrong on a machine that is busy. The SDK keeps the sender to itself.
 */
async function sound(id, keys) {
  const call = calls.get(id);
  if (!call) return;
  call.sendDigits(keys);
  const sender = call._mediaHandler?.getOrCreateDTMFSender?.();
  const end = performance.now() + MOST_TONE_MS;
  do await new Promise((done) => setTimeout(done, keys.length * TONE_MS));
  while (sender?.toneBuffer && calls.has(id) && performance.now() < end);
}

function follow(id, call) {
  calls.set(id, call);
  const sid = () => call.parameters.CallSid ?? null;
  let sound = 0;
  call.on("ringing", () => tell({ news: "ringing", id, sid: sid() }));
  call.on("accept", () => tell({ news: "accepted", id, sid: sid() }));
  call.on("reconnecting", () => tell({ news: "reconnecting", id }));
  call.on("reconnected", () => tell({ news: "reconnected", id }));
  call.on("mute", (on) => tell({ news: "muted", id, on }));
  call.on("warning", (name) => tell({ news: "warning", id, name }));
  call.on("warning-cleared", (name) => tell({ news: "warning_over", id, name }));
  call.on("error", (error) => tell({ news: "call_trouble", id, code: error.code ?? 0 }));
  call.on("volume", (microphone, speaker) => {
    const now = performance.now();
    if (now - sound < 100) return;
    sound = now;
    tell({ news: "levels", id, microphone, speaker });
  });
  for (const end of ["disconnect", "cancel", "reject"]) {
    call.on(end, () => {
      if (!calls.delete(id)) return;
      tell({ news: "ended", id, cancelled: end === "cancel" });
      letMicrophoneGo();
    });
  }
}

let loading;

/** A simulated Twilio speaks no TLS: the SDK, which insists on it, finds a socket that leads there while it is evaluated. */
function load(signalling) {
  loading ??= new Promise((resolve, reject) => {
    const own = globalThis.WebSocket;
    if (signalling) globalThis.WebSocket = socketTo(signalling, own);
    const script = document.createElement("script");
    script.src = new URL(SDK, import.meta.url);
    script.onload = () => {
      globalThis.WebSocket = own;
      resolve(globalThis.Twilio);
    };
    script.onerror = () => {
      globalThis.WebSocket = own;
      loading = undefined;
      script.remove();
      reject(new Error("the Voice SDK did not arrive"));
    };
    document.head.append(script);
  });
  return loading;
}

const socketTo = (signalling, Socket) =>
  class extends Socket {
    constructor(address, protocols) {
      super(`${signalling}${new URL(address).pathname}`, protocols);
    }
  };
