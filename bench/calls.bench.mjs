// How long it takes until two people speak: the panel's softphone in Chromium, the product on workerd, and the simulated
// Twilio, whose own network has no length. What is measured is ours, the SDK's and the browser's part of the wait.
// `cargo xtask bench` runs it and reads the milliseconds, one file of JSON.
import { writeFile } from "node:fs/promises";
import { CUSTOMER, expect, launchOptions, legTo, test } from "../tests/browser/calls.mjs";

test.use({ launchOptions });

const CALLS = 30;
/** Calls before those that count: scripts, sounds and connections are there then, as in a working day. */
const WARM_UP = 3;
const BETWEEN_LOOKS_MS = 5;

test("from dialling and from ringing", async ({ stage, desk }) => {
  const { twilio } = stage;
  await twilio.behave(CUSTOMER, { takes: "by_itself", after_ms: 0, sound: "tone", hertz: 1000 });
  const anne = await desk();
  const [dialled, rung] = [[], []];
  for (let nth = 0; nth < CALLS + WARM_UP; nth++) {
    await anne.open();
    await anne.panel.getByLabel("Number to call").fill(CUSTOMER);
    const last = (await legTo(twilio, CUSTOMER))?.sid;
    const began = performance.now();
    await anne.press("Call");
    await Promise.all([heardHere(anne.page, nth), heardThere(twilio, last)]);
    dialled.push(performance.now() - began);
    await anne.press("Hang up");
    await anne.press("Done");

    const rings = performance.now();
    const sid = await twilio.ring(CUSTOMER);
    await expect(anne.incoming).toBeVisible();
    rung.push(performance.now() - rings);
    await twilio.hangUp(sid);
    await expect(anne.incoming).toBeHidden();
  }
  const counted = { dialled_ms: dialled.slice(WARM_UP), rung_ms: rung.slice(WARM_UP) };
  await writeFile(process.env.EDGELINE_BENCH_CALLS, JSON.stringify(counted));
});

/** Sound, not only packets: the first that is louder than silence. `nth`: each call has a peer of its own. */
const heardHere = (page, nth) =>
  page.evaluate(async ([nth, pause]) => {
    for (;;) {
      const peer = window.peers[nth];
      const reports = peer ? [...(await peer.getStats()).values()] : [];
      if (reports.some(({ type, audioLevel }) => type === "inbound-rtp" && audioLevel > 0.01)) return;
      await new Promise((done) => setTimeout(done, pause));
    }
  }, [nth, BETWEEN_LOOKS_MS]);

/** `last`: of the call before. The time-out of the whole ends a wait in vain. */
async function heardThere(twilio, last) {
  for (;;) {
    const leg = await legTo(twilio, CUSTOMER);
    if (leg && leg.sid !== last && leg.heard_rms > 0.001) return;
    await new Promise((done) => setTimeout(done, BETWEEN_LOOKS_MS));
  }
}
