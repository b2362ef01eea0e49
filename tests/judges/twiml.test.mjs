// The TwiML that `crates/twilio` writes, judged by Twilio's own library: the same intent, compared as XML. The files are
// what Rust writes; a test there fails when it writes anything else.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import twilio from "twilio";
import { canonical } from "./canonical.mjs";

const { VoiceResponse } = twilio.twiml;

const INTENTS = {
  ring(response) {
    const dial = response.dial({
      action: "https://app.example.com/dial-action",
      timeout: 20,
      answerOnBridge: true,
      record: "record-from-answer-dual",
      recordingStatusCallback: "https://app.example.com/recording-status",
    });
    for (const identity of ["agent_1", "agent_2"]) {
      const client = dial.client({
        statusCallback: "https://app.example.com/call-status?c=1&k=2",
        statusCallbackEvent: ["ringing", "answered", "completed"],
      });
      client.identity(identity);
      client.parameter({ name: "name", value: 'Zoé & "Léo" <x>' });
    }
  },
  voicemail(response) {
    response.say({ voice: "Polly.Lea", language: "fr-FR" }, "Laissez un message après le bip.");
    response.pause({ length: 1 });
    response.record({
      action: "/voicemail-done",
      timeout: 5,
      finishOnKey: "#",
      maxLength: 120,
      playBeep: true,
      trim: "do-not-trim",
      recordingStatusCallback: "/recording-status",
    });
    response.hangup();
  },
  outgoing(response) {
    const dial = response.dial({ callerId: "+33755530001", timeLimit: 3600 });
    dial.number(
      {
        statusCallback: "https://app.example.com/call-status",
        statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
        sendDigits: "ww12",
      },
      "+33612345678",
    );
  },
  conference(response) {
    response.dial().conference(
      {
        muted: false,
        beep: "false",
        startConferenceOnEnter: true,
        endConferenceOnExit: true,
        waitUrl: "/hold-music",
        participantLabel: "agent",
        statusCallback: "/conference-status",
        statusCallbackEvent: ["start", "end", "join", "leave", "hold"],
      },
      "call-01JD",
    );
  },
  menu(response) {
    const gather = response.gather({ action: "/menu", numDigits: 1, timeout: 4, finishOnKey: "" });
    gather.play({ loop: 2 }, "https://app.example.com/a.wav");
    gather.say("Tapez 1.");
    response.enqueue({ action: "/queue", waitUrl: "/wait" }, "support");
    response.redirect("/again");
  },
  reject(response) {
    response.reject({ reason: "busy" });
  },
};

test("the comparison notices another attribute, another text and another order", () => {
  const whole = canonical('<Response><Dial a="1" b="2"><Client>x</Client></Dial></Response>');
  assert.deepEqual(canonical('<Response>\n<Dial b="2" a="1"><Client>x</Client></Dial></Response>'), whole);
  for (const other of [
    '<Response><Dial a="1"><Client>x</Client></Dial></Response>',
    '<Response><Dial a="1" b="2"><Client>y</Client></Dial></Response>',
    '<Response><Client>x</Client><Dial a="1" b="2"/></Response>',
  ]) {
    assert.notDeepEqual(canonical(other), whole);
  }
});

for (const [name, build] of Object.entries(INTENTS)) {
  test(`${name} is as Twilio's own library writes it`, async () => {
    const response = new VoiceResponse();
    build(response);
    const ours = await readFile(new URL(`../../crates/twilio/fixtures/twiml/${name}.xml`, import.meta.url), "utf8");
    assert.deepEqual(canonical(ours), canonical(response.toString()));
  });
}
