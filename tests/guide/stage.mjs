// The product with that company in it: made through the doors that people and Twilio use.
import { ADMIN_TOKEN, startDeployment } from "../stage/deployment.mjs";
import { freePort } from "../stage/ports.mjs";
import { ACCOUNT, AUTH_TOKEN, startSimulator } from "../stage/simulator.mjs";
import { until } from "../stage/waiting.mjs";
import { APPLICATION, KEY } from "../browser/telephone.mjs";
import { PASSWORD } from "./company.mjs";

/** `{app, twilio, stop}`, with all that the pictures show but what goes on while one is taken. */
export async function open(company) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const twilio = await startSimulator({ appUrl: url });
  const app = await startDeployment({ port, variables: { TWILIO_API_BASE: twilio.url, PUBLIC_URL: url } });
  const stop = async () => {
    await app.stop();
    await twilio.stop();
  };
  try {
    await connect(company, app, twilio, url);
    const panel = await signedIn(app, company.receptionist);
    await people(company, app, panel);
    await conversations(company, panel, twilio);
    await records(company, panel, twilio);
  } catch (error) {
    await stop();
    throw error;
  }
  return { app, twilio, stop };
}

async function connect(company, app, twilio, url) {
  await twilio.put("accounts", { sid: ACCOUNT, auth_token: AUTH_TOKEN, keys: [KEY] });
  await twilio.put("applications", { sid: APPLICATION, account_sid: ACCOUNT, voice_url: `${url}/twiml/outgoing`, status_callback: `${url}/voice/status` });
  await twilio.put("whatsapp-senders", { account_sid: ACCOUNT, number: company.number, callback_url: `${url}/handle_sms` });
  await app.call("POST", "/api/setup", { admin_token: ADMIN_TOKEN, company_name: company.name, ...company.receptionist, password: PASSWORD, language: company.language }, { origin: app.url });
  await app.call("POST", "/inbox/integrations", {
    name: company.line,
    account_id: ACCOUNT,
    auth_token: AUTH_TOKEN,
    api_key_sid: KEY.sid,
    api_key_secret: KEY.secret,
    twiml_app_sid: APPLICATION,
    phone_number: company.number,
    whatsapp_number: company.number,
    is_active: true,
    is_default: true,
  });
}

/** What the panel asks for somebody who has signed in: the activity names them. */
async function signedIn({ url }, { email }) {
  const ask = (method, path, body, cookie) =>
    fetch(`${url}${path}`, { method, headers: { origin: url, "content-type": "application/json", ...(cookie && { cookie }) }, body: body && JSON.stringify(body) });
  const answer = await ask("POST", "/api/session", { email, password: PASSWORD });
  const [cookie] = answer.headers.get("set-cookie").split(";");
  const call = async (method, path, body) => {
    const answer = await ask(method, path, body, cookie);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
  return { call };
}

async function people(company, app, panel) {
  const { invitation_url } = await panel.call("POST", "/api/users", { ...company.colleague, role: "agent", language: company.language });
  const token = new URL(invitation_url).hash.slice(1);
  await app.call("POST", "/api/invitation", { token, password: PASSWORD }, { origin: app.url });
  for (const { number, name, notes = "" } of company.customers.filter(({ name }) => name)) {
    await panel.call("POST", "/api/contacts", { name, numbers: [number], notes, tags: [company.tag] });
  }
  for (const { number, name } of [company.refused, company.picture, company.caller]) {
    await panel.call("POST", "/api/contacts", { name, numbers: [number] });
  }
}

/** Of the newest conversation with that number. */
export async function conversationWith(app, number) {
  const { items } = await app.call("GET", "/inbox/conversations?limit=200");
  return items.find(({ contact }) => contact.address.endsWith(number))?.id;
}

/** A customer writes; resolves once it is in the inbox, so that what is said keeps its order. */
export async function says(app, twilio, message) {
  await twilio.text(message);
  const words = message.body.slice(0, 30);
  await until(`“${words}” arrives`, async () => {
    const { items } = await app.call("GET", "/inbox/conversations?limit=200");
    return items.some(({ last_message }) => last_message?.preview?.startsWith(words));
  });
}

const send = (app, company, number, message) =>
  app.call("POST", "/inbox/conversations", { source: "sms", phone_number: number, from: company.number, message, is_from_client: false });

async function conversations(company, app, twilio) {
  const { refused, whatsapp } = company;
  await send(app, company, refused.number, refused.text);
  await app.call("POST", "/inbox/conversations", { source: "whatsapp", phone_number: whatsapp.late.number, message: whatsapp.late.text, is_from_client: true, name: whatsapp.late.name });
  const [from, to] = [whatsapp.number, company.number].map((number) => `whatsapp:${number}`);
  await says(app, twilio, { from, to, body: whatsapp.text, profile_name: whatsapp.name });
  for (const { number, said } of company.customers) {
    for (const [who, text] of said) {
      if (who === "us") await send(app, company, number, text);
      else await says(app, twilio, { from: number, to: company.number, body: text });
    }
  }
  const last = await conversationWith(app, company.customers.at(-1).number);
  await app.call("POST", `/inbox/conversations/${last}/notes`, { body: company.note });
}

async function records(company, app, twilio) {
  for (const reply of [company.reply, ...company.replies]) {
    await app.call("POST", "/api/templates", { ...reply, language: company.language });
  }
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: company.zone }).format(new Date());
  for (const [time, name, phone_number, subject, minutes] of company.appointments) {
    await app.call("POST", "/api/appointments", { name, phone_number, subject, minutes, zone: company.zone, starts_at: `${tomorrow(today)}T${time.padStart(5, "0")}`, language: company.language });
  }
  const recipients = company.customers.map(({ number, name }, nth) => ({ phone_number: number, name: name ?? `${nth}` }));
  await app.call("POST", "/twilio/send-bulk", { name: company.campaign.name, message: company.campaign.text, recipients: [...recipients, { phone_number: company.refused.number, name: company.refused.name }], canary: false });
  await approved(twilio, company);
}

function tomorrow(day) {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}

/** A WhatsApp template, made and approved where companies do that: at Twilio. */
async function approved(twilio, { template, language }) {
  const headers = { authorization: `Basic ${btoa(`${ACCOUNT}:${AUTH_TOKEN}`)}`, "content-type": "application/json" };
  const call = async (method, path, body) => (await fetch(`${twilio.url}${path}`, { method, headers, body: body && JSON.stringify(body) })).json();
  const { sid } = await call("POST", "/v1/Content", { friendly_name: template.name, language, variables: { 1: "Marc", 2: "14 h" }, types: { "twilio/text": { body: template.body } } });
  await call("POST", `/v1/Content/${sid}/ApprovalRequests/whatsapp`, { name: template.name, category: "UTILITY" });
  await until("WhatsApp approves the template", async () => (await call("GET", `/v1/Content/${sid}/ApprovalRequests`)).whatsapp?.status === "approved", 30_000);
}
