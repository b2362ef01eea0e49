// A company that telephones: the product, a simulated Twilio with its voice, and the panel's softphone before a microphone
// that plays a known tone. Sound is measured at both ends.
import { test as base } from "@playwright/test";
import { startDeployment } from "../stage/deployment.mjs";
import { freePort } from "../stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, NUMBER, startSimulator } from "../stage/simulator.mjs";
import { expect, firstAdministrator, signIn, watch, ADMINISTRATOR, PASSWORD } from "./stage.mjs";
import { APPLICATION, KEY, MICROPHONE_HERTZ, launchOptions } from "./telephone.mjs";

export { expect, launchOptions, MICROPHONE_HERTZ };
export const CUSTOMER = "+33612345678";
const COLLEAGUE = { name: "Léa Dubois", email: "lea@example.com" };

export const test = base.extend({
  /** `{app, twilio}`: the company is there, its number takes calls. */
  stage: async ({}, use) => {
    const port = await freePort();
    const appUrl = `http://127.0.0.1:${port}`;
    const twilio = await startSimulator({ appUrl });
    await twilio.put("accounts", { sid: ACCOUNT, auth_token: AUTH_TOKEN, keys: [KEY] });
    await twilio.put("applications", {
      sid: APPLICATION,
      account_sid: ACCOUNT,
      voice_url: `${appUrl}/twiml/outgoing`,
      status_callback: `${appUrl}/voice/status`,
    });
    // A browser that shares two cores with a build is awake and late: no call is to miss it for that.
    const app = await startDeployment({ port, variables: { TWILIO_API_BASE: twilio.url, RING_CHECK_MS: "5000" } });
    await firstAdministrator(app);
    await app.call("POST", "/inbox/integrations", {
      name: "Standard",
      account_id: ACCOUNT,
      api_key: AUTH_TOKEN,
      api_key_sid: KEY.sid,
      api_key_secret: KEY.secret,
      twiml_app_sid: APPLICATION,
      phone_number: NUMBER,
    });
    await use({ app, twilio });
    await app.stop();
    await twilio.stop();
  },

  /** Sits somebody down before the panel, in a browser of their own. What goes wrong in a page fails the journey. */
  desk: async ({ browser, stage }, use) => {
    const [troubles, contexts] = [[], []];
    const newContext = async () => {
      const context = await browser.newContext({
        locale: "en-GB",
        timezoneId: "Europe/Paris",
        viewport: { width: 1280, height: 800 },
        permissions: ["microphone"],
      });
      contexts.push(context);
      await context.addInitScript(ears);
      return context;
    };
    await use(async (who = ADMINISTRATOR, { takesCalls = true, context, before } = {}) => {
      const page = await (context ?? (await newContext())).newPage();
      troubles.push(watch(page));
      await before?.(page);
      await page.goto(stage.app.url);
      const [inbox, address] = [page.getByRole("heading", { name: "Inbox" }), page.getByLabel("E-mail address")];
      await expect(inbox.or(address)).toBeVisible();
      if (await address.isVisible()) await signIn(page, stage.app, who.email, PASSWORD);
      await expect(inbox).toBeVisible();
      return softphone(page, stage, { takesCalls });
    });
    for (const context of contexts) await context.close();
    expect(troubles.flat(), "nothing went wrong in the pages").toEqual([]);
  },

  /** A colleague of the administrator's. */
  colleague: async ({ stage }, use) => {
    const { app } = stage;
    const { invitation_url } = await app.call("POST", "/api/users", { ...COLLEAGUE, role: "agent", language: "en" });
    const token = new URL(invitation_url).hash.slice(1);
    await app.call("POST", "/api/invitation", { token, password: PASSWORD }, { origin: app.url });
    await use(COLLEAGUE);
  },
});

/** In the page, before its scripts: what is needed to hear a call, and to break its signalling. */
function ears() {
  const [Peer, Socket] = [RTCPeerConnection, WebSocket];
  window.peers = [];
  window.signals = [];
  window.RTCPeerConnection = class extends Peer {
    constructor(...all) {
      super(...all);
      window.peers.push(this);
    }
  };
  window.WebSocket = class extends Socket {
    constructor(address, protocols) {
      super(address, protocols);
      if (String(address).includes("/signal")) window.signals.push(this);
    }
  };
  // Not that of the call before: its packets are still counted when the next one has none yet.
  const speaking = () => window.peers.findLast(({ connectionState }) => connectionState === "connected");
  /** How many went each way so far, and how much sound was in them (its energy: silence has none). */
  window.packets = async () => {
    const found = { received: 0, sent: 0, heard: 0, said: 0 };
    const reports = await speaking()?.getStats();
    for (const report of reports?.values() ?? []) {
      if (report.type === "inbound-rtp") Object.assign(found, { received: report.packetsReceived, heard: report.totalAudioEnergy });
      if (report.type === "outbound-rtp") found.sent = report.packetsSent;
      if (report.type === "media-source") found.said = report.totalAudioEnergy;
    }
    return found;
  };
  /** Packets each way, and the loudest frequency of what is heard, over a second and a half. */
  window.measure = async () => {
    const peer = speaking();
    const before = await window.packets();
    // The microphone opens with the call, and the line after it.
    if (!peer?.getReceivers().length) return { received: 0, sent: 0, hertz: 0, level: -Infinity };
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 16384;
    const heard = new MediaStream(peer.getReceivers().map(({ track }) => track));
    context.createMediaStreamSource(heard).connect(analyser);
    await new Promise((done) => setTimeout(done, 1500));
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    const hertz = (loudest * context.sampleRate) / analyser.fftSize;
    await context.close();
    const after = await window.packets();
    return { received: after.received - before.received, sent: after.sent - before.sent, hertz, level: bins[loudest] };
  };
}

/** The panel's softphone, as a person finds it. */
async function softphone(page, stage, { takesCalls }) {
  const panel = page.getByRole("region", { name: "Telephone" });
  const opener = page.getByRole("navigation", { name: "Main navigation" }).getByRole("button", { name: /Telephone/ });
  const phone = {
    page,
    panel,
    opener,
    incoming: page.getByRole("alertdialog", { name: "Incoming call" }),
    press: (name) => panel.getByRole("button", { name, exact: true }).click(),
    async open() {
      if (!(await panel.isVisible())) await opener.click();
      await expect(panel).toBeVisible();
    },
    async dial(number) {
      await phone.open();
      await panel.getByLabel("Number to call").fill(number);
      await phone.press("Call");
    },
    async answer() {
      await expect(phone.incoming).toBeVisible({ timeout: 20_000 });
      await phone.accept();
      await phone.says("In a call");
    },
    accept: () => phone.incoming.getByRole("button", { name: "Accept" }).click(),
    says: (sentence) => expect(panel.getByText(sentence, { exact: typeof sentence === "string" })).toBeVisible({ timeout: 20_000 }),
    /** Sound has gone both ways, and was no silence. */
    flows: () =>
      expect
        .poll(
          async () => {
            const { received, sent, heard, said } = await page.evaluate(() => window.packets());
            return received > 10 && sent > 10 && heard > 0.001 && said > 0.001;
          },
          { message: "sound goes both ways", timeout: 30_000 },
        )
        .toBe(true),
    /** What comes out of the loudspeaker. */
    measure: () => page.evaluate(() => window.measure()),
    async hears(hertz) {
      await expect
        .poll(async () => Math.abs((await phone.measure()).hertz - hertz), { message: `${hertz} Hz are heard`, timeout: 30_000 })
        .toBeLessThan(25);
    },
  };
  if (takesCalls) {
    await phone.open();
    await phone.press("Take calls here");
    await phone.says("You can be reached.");
  }
  return phone;
}

/** The last leg that the company dialled to a number, once there is one: the simulator lists the newest first. */
export const legTo = async (twilio, to) => (await twilio.calls()).find((call) => call.to === to && call.parent);

/** What the far end of that leg hears. */
export async function farEndHears(twilio, sid, hertz) {
  await expect
    .poll(async () => Math.abs(((await twilio.call(sid)).heard_hertz ?? 0) - hertz), {
      message: `the far end hears ${hertz} Hz`,
      timeout: 30_000,
    })
    .toBeLessThanOrEqual(25);
}

/** That leg is on hold: it hears the simulator's music. */
export async function hearsMusic(twilio, sid) {
  await expect
    .poll(
      async () => {
        const { heard_hertz } = await twilio.call(sid);
        return [520, 530, 660, 780].some((note) => Math.abs((heard_hertz ?? 0) - note) <= 15);
      },
      { message: "the one on hold hears music", timeout: 30_000 },
    )
    .toBe(true);
}
