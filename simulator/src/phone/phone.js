// The customer’s phone: shows one customer’s messages with the company and sends new ones, through /sim/… only.

import { telephone } from "./call.js";
import { TEXTS } from "./texts.js";

const COUNTED = ["slow_answers_ms", "too_many_requests", "queue_full", "every_message_ends_with", "fail_before", "fail_after", "drop_after"];
// The first ones of the demo company that `cargo xtask dev` makes; their numbers are kept for fiction.
const FIRST_CUSTOMERS = [
  { name: "Camille Moreau", number: "+33639980112" }, { name: "Thomas Girard", number: "+33639980384" },
  { name: "Geneviève Tremblay", number: "+18195550143" }, { name: "Zoé Martin", number: "+33639980777" },
];

const $ = (id) => document.getElementById(id);
const remembered = (key, otherwise) => { try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; } };
const remember = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* a private window forgets */ } };

let language = remembered("language", navigator.language.toLowerCase().startsWith("fr") ? "fr" : "en");
let customers = remembered("customers", FIRST_CUSTOMERS);
let customer = remembered("customer", customers[0].number);
let company = remembered("company", "");
let stage = { numbers: [], whatsapp_senders: [], customers: [] };
let attached = [];
let sending = false;
let calls; // the telephone, once the words are there
const t = () => TEXTS[language];

async function ask(path, options) {
  const answer = await fetch(path, options && { ...options, headers: { "Content-Type": "application/json" } });
  const body = await answer.json().catch(() => null); // 204 has none
  if (!answer.ok) throw new Error(body?.error ?? `${answer.status}`);
  return body;
}

/* ---- words ---- */
function pretty(number) {
  if (/^\+33\d{9}$/.test(number)) return number.replace(/^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "+33 $1 $2 $3 $4 $5");
  if (/^\+1\d{10}$/.test(number)) return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2-$3");
  return number;
}
function say() {
  document.documentElement.lang = language;
  document.title = t().title;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t()[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t()[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t()[node.dataset.placeholder];
  const [wide, narrow] = $("language").children;
  wide.textContent = t().language;
  narrow.textContent = t().language.slice(0, 2).toUpperCase();
  $("language").setAttribute("aria-label", `${narrow.textContent} · ${t().language}`);
  $("language").lang = language === "fr" ? "en" : "fr";
  $("flawed").replaceChildren($("flawed").firstElementChild, ...Object.entries(t().flaws).map(([code, name]) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.textContent = name;
    chip.onclick = () => { $("new-name").value = name; $("new-number").value = `+336000${code}`; };
    return chip;
  }));
  buildSwitches();
  pickers();
  drawnAs = "";
  calls?.say();
  refresh();
}

/* ---- who, whom, how ---- */
const channel = () => document.querySelector("[name=channel]:checked").value;
const address = (number) => (channel() === "whatsapp" ? `whatsapp:${number}` : number);
function pickers() {
  if (!customers.some((known) => known.number === customer)) customers.push({ name: "", number: customer });
  const strangers = stage.customers.filter((number) => !customers.some((known) => known.number === number));
  const everybody = [...customers, ...strangers.map((number) => ({ name: "", number }))];
  $("customer").replaceChildren(...everybody.map(({ name, number }) => new Option(name ? `${name} · ${pretty(number)}` : pretty(number), number, false, number === customer)));
  const numbers = stage.numbers.map((own) => own.resource.phone_number);
  const all = [...new Set([...numbers, ...stage.whatsapp_senders.map((own) => own.number)])];
  if (!all.includes(company)) company = all[0] ?? "";
  $("company").replaceChildren(...all.map((number) => new Option(pretty(number), number, false, number === company)));
  $("peer").textContent = pretty(company);
  const able = stage.numbers.find((own) => own.resource.phone_number === company)?.resource.capabilities ?? {};
  const can = { sms: !!able.sms, mms: !!able.mms, whatsapp: stage.whatsapp_senders.some((own) => own.number === company) };
  const why = { sms: t().noSms, mms: t().noMms, whatsapp: t().noWhatsapp };
  for (const radio of document.querySelectorAll("[name=channel]")) {
    radio.disabled = !can[radio.value];
    radio.parentElement.title = radio.disabled ? why[radio.value] : "";
  }
  if (document.querySelector("[name=channel]:checked").disabled) {
    const first = document.querySelector("[name=channel]:not(:disabled)");
    if (first) first.checked = true;
  }
  document.documentElement.dataset.channel = channel();
  $("place").hidden = channel() !== "whatsapp";
  calls?.refresh();
}
let stageText = "";
async function loadStage() {
  try { stage = await ask("/sim/state"); } catch { return; /* the thread says that nobody answers */ }
  // A picker that is open would close if it were filled anew.
  if (stageText !== (stageText = JSON.stringify(stage))) pickers();
}

/* ---- the thread ---- */
let drawnAs = "";
function noteOf(message) {
  const time = new Date(message.at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
  if (message.mine) return time;
  const words = { queued: t().underWay, accepted: t().underWay, sending: t().underWay, scheduled: t().scheduled, canceled: t().canceled, sent: t().sent, delivered: t().delivered, read: t().read };
  const word = words[message.status] ?? `${t().lost} · ${message.error_code ?? ""}`;
  return `${time} · ${word}`;
}
function dayOf(at) {
  const day = new Date(at), today = new Date(), yesterday = new Date(Date.now() - 864e5);
  if (day.toDateString() === today.toDateString()) return t().today;
  if (day.toDateString() === yesterday.toDateString()) return t().yesterday;
  return day.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
}
function mediumNode({ sid, content_type }) {
  const url = `/sim/media/${sid}`, kind = content_type.split("/")[0];
  const tag = { image: "img", video: "video", audio: "audio" }[kind] ?? "a";
  const node = document.createElement(tag);
  if (tag === "a") { node.href = url; node.textContent = `${t().file} (${content_type})`; node.download = sid; }
  else { node.src = url; node.controls = tag !== "img"; if (tag === "img") { node.alt = t().picture; node.onload = toEnd; } }
  return node;
}
/* A button of a template, or an entry of its list: a tap is a message of its own. */
function tappableNode({ text, id, is_list }) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tappable";
  button.textContent = text;
  const tapped = is_list ? { list: { id, title: text } } : { button: { text, payload: id } };
  button.onclick = () => post({ body: text, ...tapped });
  return button;
}
const nodes = new Map();
function messageNode(message) {
  let node = nodes.get(message.sid);
  if (!node) {
    node = document.createElement("div");
    const bubble = document.createElement("div"), note = document.createElement("div");
    bubble.className = "bubble";
    note.className = "note";
    node.append(bubble, note);
    node.dataset.sid = message.sid;
    nodes.set(message.sid, node);
  }
  const [bubble, note] = node.children;
  const lost = ["failed", "undelivered", "canceled"].includes(message.status);
  const underWay = !message.mine && ["queued", "accepted", "sending", "scheduled"].includes(message.status);
  node.className = `message${message.mine ? " mine" : ""}${lost ? " lost" : ""}${underWay ? " under-way" : ""}`;
  const contents = JSON.stringify([message.body, message.media, message.tappables, language]);
  if (node.contents !== contents) {
    node.contents = contents;
    const who = document.createElement("span");
    who.className = "hidden";
    who.textContent = `${message.mine ? t().you : t().them}: `;
    bubble.replaceChildren(who, ...message.media.map(mediumNode), document.createTextNode(message.body), ...message.tappables.map(tappableNode));
  }
  note.textContent = noteOf(message);
  note.title = message.error_message ?? "";
  return node;
}
const toEnd = () => { $("thread").scrollTop = $("thread").scrollHeight; };
const seen = new Map();
/* A dot on the channel that is not shown, when the company wrote there. */
function announce(count, whatsapp) {
  const key = `${customer} ${company} ${whatsapp}`, shown = whatsapp === (channel() === "whatsapp");
  if (shown || !seen.has(key)) seen.set(key, count);
  const radio = document.querySelector(whatsapp ? "[value=whatsapp]" : "[value=sms]");
  const news = count > seen.get(key);
  radio.parentElement.classList.toggle("news", news);
  radio.setAttribute("aria-description", news ? t().news : "");
}
function draw(messages) {
  const whatsapp = channel() === "whatsapp";
  const here = messages.filter((message) => message.company.replace("whatsapp:", "") === company);
  const [texts, chats] = [here.filter((message) => !message.company.startsWith("whatsapp:")), here.filter((message) => message.company.startsWith("whatsapp:"))];
  announce(texts.length, false);
  announce(chats.length, true);
  const shown = whatsapp ? chats : texts;
  const thread = $("thread"), atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 80;
  const drawing = `${customer} ${company} ${whatsapp} ${language}`;
  const other = drawing !== drawnAs;
  const count = thread.childElementCount;
  const children = [];
  let day = "";
  for (const message of shown) {
    const now = dayOf(message.at);
    if (now !== day) {
      const line = document.createElement("div");
      line.className = "day";
      line.textContent = day = now;
      children.push(line);
    }
    children.push(messageNode(message));
  }
  if (!shown.length) {
    const line = document.createElement("p");
    line.className = "empty";
    line.textContent = t().empty;
    children.push(line);
  }
  // Nodes that stay are not moved, so that a screen reader hears only what is new.
  children.forEach((child, place) => {
    const there = thread.children[place];
    if (there === child || (there && !child.dataset.sid && there.className === child.className && there.textContent === child.textContent)) return;
    thread.insertBefore(child, there ?? null);
  });
  while (thread.childElementCount > children.length) thread.lastElementChild.remove();
  drawnAs = drawing;
  if (other || (atEnd && count !== children.length)) toEnd();
}
let asked = 0;
async function refresh() {
  const mine = ++asked;
  try {
    const messages = await ask(`/sim/phones/${encodeURIComponent(customer)}`);
    if (mine === asked) draw(messages);
  } catch (error) {
    if (mine === asked) problem(error.message);
  }
}

/* ---- writing ---- */
const problem = (text) => { $("problem").textContent = text; };
function canSend() { $("send").disabled = sending || (!$("text").value.trim() && !attached.length); }
const dataOf = (file) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => fail(reader.error);
  reader.readAsDataURL(file);
});
function drawAttached() {
  $("attached").replaceChildren(...attached.map((file) => {
    const figure = document.createElement("figure"), remove = document.createElement("button");
    const picture = document.createElement(file.type.startsWith("image/") ? "img" : "div");
    if (picture.tagName === "IMG") { picture.src = URL.createObjectURL(file); picture.alt = file.name; picture.onload = () => URL.revokeObjectURL(picture.src); }
    else { picture.className = "file"; picture.textContent = file.name; }
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${t().remove} ${file.name}`);
    remove.onclick = () => { attached = attached.filter((kept) => kept !== file); drawAttached(); $("text").focus(); };
    figure.append(picture, remove);
    return figure;
  }));
  canSend();
}
function attach(files) {
  attached.push(...files);
  const mms = document.querySelector("[value=mms]");
  if (files.length && channel() === "sms" && !mms.disabled) { mms.checked = true; document.documentElement.dataset.channel = "mms"; }
  problem(files.length && channel() === "sms" ? t().noMms : "");
  drawAttached();
}
async function post(message) {
  const name = customers.find((known) => known.number === customer)?.name;
  const profile_name = channel() === "whatsapp" && name ? name : undefined;
  try {
    problem("");
    await ask("/sim/texts", { method: "POST", body: JSON.stringify({ from: address(customer), to: address(company), profile_name, ...message }) });
  } catch (error) {
    problem(error.message);
    return false;
  }
  await refresh();
  toEnd();
  return true;
}
// Two places of the demo company's town.
const PLACES = [{ latitude: "48.8566", longitude: "2.3522", label: "Hôtel de Ville", address: "Place de l’Hôtel de Ville, Paris" }, { latitude: "48.8530", longitude: "2.3499" }];
let nextPlace = 0;
async function send() {
  const text = $("text").value, files = attached;
  if (sending || (!text.trim() && !files.length)) return;
  sending = true;
  $("text").value = "";
  attached = [];
  drawAttached();
  const media = await Promise.all(files.map(async (file) => ({ content_type: file.type || "application/octet-stream", data: await dataOf(file) })));
  if (!(await post({ body: text, media }))) {
    if (!$("text").value) $("text").value = text;
    attached = files;
    drawAttached();
  }
  sending = false;
  canSend();
}

/* ---- the drawer ---- */
function buildSwitches() {
  $("switches").replaceChildren(...Object.entries(t().switches).map(([name, [label, hint]]) => {
    const row = document.createElement("label"), words = document.createElement("span"), small = document.createElement("small"), input = document.createElement("input");
    row.className = "switch";
    words.textContent = label;
    small.textContent = hint;
    small.id = `hint-${name}`;
    input.id = `switch-${name}`;
    input.setAttribute("aria-label", label);
    input.setAttribute("aria-describedby", small.id);
    if (COUNTED.includes(name)) { input.type = "number"; input.min = 0; input.value = 0; input.step = name === "slow_answers_ms" ? 100 : 1; }
    else { input.type = "checkbox"; input.setAttribute("role", "switch"); }
    input.onchange = () => misbehave({ [name]: input.type === "checkbox" ? input.checked : Math.max(0, Math.trunc(Number(input.value) || 0)) });
    row.append(words, small, input);
    return row;
  }));
}
async function misbehave(change) {
  try { showMisbehaviour(await ask("/sim/misbehaviour", { method: "PATCH", body: JSON.stringify(change) })); } catch (error) { problem(error.message); }
}
function showMisbehaviour(now) {
  for (const [name, value] of Object.entries(now)) {
    const input = $(`switch-${name}`);
    if (!input || input === document.activeElement) continue;
    if (input.type === "checkbox") input.checked = value; else input.value = value;
  }
  $("open-drawer").dataset.on = Object.values(now).some(Boolean);
}
async function refreshDrawer() {
  try {
    showMisbehaviour(await ask("/sim/misbehaviour"));
    if (!$("drawer").open) return;
    const alerts = (await ask("/sim/alerts")).slice(-20).reverse();
    $("alerts").replaceChildren(...(alerts.length ? alerts : [null]).map((alert) => {
      const line = document.createElement("li");
      if (!alert) { line.textContent = t().noAlerts; return line; }
      const time = document.createElement("time");
      time.textContent = new Date(alert.at).toLocaleTimeString(language);
      line.append(time, `${alert.code} · ${alert.text}`);
      return line;
    }));
  } catch { /* the thread says that nobody answers */ }
}

/* ---- wires ---- */
$("customer").onchange = () => { customer = $("customer").value; remember("customer", customer); problem(""); refresh(); calls.behave(); calls.refresh(); };
$("company").onchange = () => { company = $("company").value; remember("company", company); problem(""); pickers(); refresh(); };
for (const radio of document.querySelectorAll("[name=channel]")) radio.onchange = () => { problem(""); pickers(); refresh(); };
$("text").oninput = canSend;
$("text").onkeydown = (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); } };
$("text").onpaste = (event) => { if (event.clipboardData.files.length) { event.preventDefault(); attach([...event.clipboardData.files]); } };
$("composer").onsubmit = (event) => { event.preventDefault(); send(); };
$("attach").onclick = () => $("file").click();
$("file").onchange = () => { attach([...$("file").files]); $("file").value = ""; $("text").focus(); };
$("place").onclick = () => post({ location: PLACES[nextPlace++ % PLACES.length] });
$("language").onclick = () => { language = language === "fr" ? "en" : "fr"; remember("language", language); say(); refreshDrawer(); };
$("add").onclick = () => { $("adding-problem").textContent = ""; $("adding-form").reset(); $("adding").showModal(); };
$("cancel-adding").onclick = () => $("adding").close();
$("adding-form").onsubmit = (event) => {
  const number = $("new-number").value.replace(/[\s.()-]/g, "").replace(/^00/, "+");
  if (!/^\+[1-9]\d{5,14}$/.test(number)) { event.preventDefault(); $("adding-problem").textContent = t().wrongNumber; return; }
  customers = [...customers.filter((known) => known.number !== number), { name: $("new-name").value.trim(), number }];
  customer = number;
  remember("customers", customers);
  remember("customer", customer);
  pickers();
  refresh();
};
$("open-drawer").onclick = () => { $("drawer").showModal(); refreshDrawer(); };
$("close-drawer").onclick = () => $("drawer").close();
$("drawer").onclick = (event) => { if (event.target === $("drawer")) $("drawer").close(); };
$("good-day").onclick = () => misbehave(Object.fromEntries(Object.keys(TEXTS.en.switches).map((name) => [name, COUNTED.includes(name) ? 0 : false])));

function listen() {
  const events = new EventSource("/sim/events");
  let waiting = false;
  events.addEventListener("changed", () => {
    if (waiting) return;
    waiting = true; // changes come in bursts
    setTimeout(() => { waiting = false; refresh(); calls.refresh(); refreshDrawer(); loadStage(); }, 40);
  });
  events.onerror = () => problem(t().offline);
  events.onopen = () => { if ($("problem").textContent === t().offline) problem(""); loadStage(); };
}
const clock = () => { $("clock").textContent = new Date().toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" }); };
setInterval(clock, 5000);
say();
calls = telephone({
  who: () => ({ customer, company, language, canRing: Boolean(stage.numbers.find((own) => own.resource.phone_number === company)?.resource.capabilities.voice) }),
  ask,
  problem,
});
calls.behave();
calls.refresh();
clock();
listen();
