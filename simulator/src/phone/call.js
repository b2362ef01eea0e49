// The telephone of the customer’s phone: rings the company, answers it, speaks with a real microphone or lets a script speak.

import { TEXTS } from "./texts.js";

const $ = (id) => document.getElementById(id);
const OVER = ["completed", "busy", "failed", "no-answer", "canceled"];
const SCRIPTS = ["microphone", "echo", "tone", "silence"];

/** `who()`: the numbers of customer and company, and the language. */
export function telephone({ who, ask, problem }) {
  let call; // the one on the screen
  let speaking; // { sid, peer, stream }
  const t = () => TEXTS[who().language];
  const post = (path, body) => ask(`/sim/calls${path}`, { method: "POST", body: JSON.stringify(body ?? {}) });
  const attempt = async (work) => {
    try { await work(); problem(""); } catch (error) { problem(error.message); }
  };

  /** The microphone goes in, the company comes out. */
  async function speak(sid) {
    if (speaking?.sid === sid) return;
    hush();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const peer = new RTCPeerConnection();
    speaking = { sid, peer, stream };
    for (const track of stream.getTracks()) peer.addTrack(track, stream);
    peer.ontrack = ({ streams }) => { $("call-sound").srcObject = streams[0]; };
    await peer.setLocalDescription(await peer.createOffer());
    const { sdp } = await post(`/${sid}/microphone`, { sdp: peer.localDescription.sdp });
    await peer.setRemoteDescription({ type: "answer", sdp });
  }

  function hush() {
    speaking?.peer.close();
    for (const track of speaking?.stream.getTracks() ?? []) track.stop();
    speaking = undefined;
  }

  const script = () => $("call-script").value;
  const behaviour = () => ({ takes: "by_hand", sound: script(), hertz: 1000 });

  const ring = () => attempt(async () => {
    const { sid } = await post("", { from: who().customer, to: who().company, phone: behaviour() });
    if (script() === "microphone") await speak(sid);
  });
  const answer = () => attempt(async () => {
    if (script() === "microphone") await speak(call.sid);
    await post(`/${call.sid}/answer`);
  });
  const hangUp = () => attempt(() => post(`/${call.sid}/hangup`));

  function draw() {
    const rings = call?.rings_by_hand, live = call && !OVER.includes(call.status);
    $("call").hidden = !call;
    $("ring").disabled = Boolean(live) || !who().canRing;
    if (!call) return;
    $("call").dataset.state = rings ? "rings" : live ? "live" : "over";
    $("call-state").textContent = rings ? t().companyRings : t().callStates[call.status] ?? call.status;
    $("call-said").textContent = call.captions.at(-1) ?? "";
    $("call-keys-heard").textContent = call.keys_heard && t().keysHeard(call.keys_heard);
    $("call-level").value = Math.min(1, call.heard_rms * 4);
    $("call-answer").hidden = !rings;
    $("call-hangup").textContent = rings ? t().decline : t().hangUp;
    $("call-hangup").hidden = !live;
    $("call-keys").hidden = !live || rings;
    $("call-close").hidden = Boolean(live);
  }

  let dismissed;
  async function refresh() {
    let calls;
    try { calls = await ask("/sim/calls"); } catch { return; /* the thread says that nobody answers */ }
    const { customer } = who();
    const mine = calls.filter((one) => one.direction === "inbound" ? one.from === customer : one.to === customer);
    const latest = mine.find((one) => !OVER.includes(one.status)) ?? mine.find((one) => one.sid === call?.sid);
    call = latest?.sid === dismissed ? undefined : latest;
    if (speaking && !mine.some((one) => one.sid === speaking.sid && !OVER.includes(one.status))) hush();
    draw();
  }

  /** How the phone behaves when the company rings it: by hand while this page shows it. */
  const behave = () => fetch(`/sim/phones/${encodeURIComponent(who().customer)}/behaviour`, {
    method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(behaviour()),
  }).catch(() => undefined);

  function say() {
    const chosen = $("call-script").value || SCRIPTS[0];
    $("call-script").replaceChildren(...SCRIPTS.map((name) => new Option(t().scripts[name], name, false, name === chosen)));
    draw();
  }

  $("ring").onclick = ring;
  $("call-answer").onclick = answer;
  $("call-hangup").onclick = hangUp;
  $("call-close").onclick = () => { dismissed = call?.sid; call = undefined; draw(); };
  $("call-script").onchange = behave;
  for (const key of "123456789*0#") {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = key;
    button.onclick = () => attempt(() => post(`/${call.sid}/keys`, { keys: key }));
    $("call-keys").append(button);
  }
  // What is heard changes without an event.
  setInterval(() => { if (call && !OVER.includes(call.status)) refresh(); }, 400);
  say();
  return { refresh, say, behave };
}
