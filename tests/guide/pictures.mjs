// What each picture of the guide shows. `show` brings the page there; it waits for nothing but for what is to be
// seen.
import { expect as impatient } from "@playwright/test";
import { until } from "../stage/waiting.mjs";
import { conversationWith, says } from "./stage.mjs";

const expect = impatient.configure({ timeout: 30_000 });

const word = ({ language }, english, french) => (language === "fr" ? french : english);

/** Goes to a screen and waits for the words that it is there by. */
async function go({ page, app }, path, ...seen) {
  await page.goto(`${app.url}${path}`);
  for (const words of seen) await expect(page.getByText(words).filter({ visible: true }).first()).toBeVisible();
}

async function thread(scene, customer, ...seen) {
  const id = await conversationWith(scene.app, customer.number);
  await go(scene, `/c/${id}`, ...seen);
  // Beside the thread, where there is room for it.
  if (scene.size !== "phone") await expect(scene.page.getByRole("complementary").getByRole("heading", { level: 2 })).toBeVisible();
}

const field = ({ page }) => page.getByRole("textbox", { name: "Message", exact: true }).filter({ visible: true });
const button = ({ page, company }, english, french) => page.getByRole("button", { name: word(company, english, french), exact: true }).filter({ visible: true });

/** A sheet with writing on it, as a customer photographs it. */
async function photographed(page, { title, lines }) {
  return page.evaluate(async ({ title, lines }) => {
    const canvas = new OffscreenCanvas(640, 480);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#7a5c43";
    pen.fillRect(0, 0, 640, 480);
    pen.translate(320, 240);
    pen.rotate(-0.05);
    pen.shadowColor = "rgb(0 0 0 / 50%)";
    pen.shadowBlur = 24;
    pen.fillStyle = "#fdfaf2";
    pen.fillRect(-240, -200, 480, 400);
    pen.shadowBlur = 0;
    pen.fillStyle = "#2b3a55";
    pen.font = "600 34px serif";
    pen.fillText(title, -200, -130);
    pen.font = "22px serif";
    lines.forEach((line, nth) => pen.fillText(line, -200, -60 + nth * 46));
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, { title, lines });
}

const last = (company) => company.customers.at(-1);

export const PICTURES = {
  "sign-in": {
    signedOut: true,
    show: (scene) => go(scene, "/", word(scene.company, "Sign in to Edgeline", "Connexion à Edgeline")),
  },
  inbox: {
    show: async (scene) => {
      await thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]);
      await expect(scene.page.getByText(last(scene.company).notes).first()).toBeVisible();
    },
  },
  reply: {
    show: async (scene) => {
      await thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]);
      await field(scene).fill(`${scene.company.answer} Claire`);
    },
  },
  "canned-replies": {
    show: async (scene) => {
      await thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]);
      await field(scene).pressSequentially("/");
      await expect(scene.page.getByText(scene.company.reply.name).first()).toBeVisible();
    },
  },
  "conversation-menu": {
    show: async (scene) => {
      await thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]);
      await button(scene, "Actions on the conversation", "Actions sur la conversation").click();
      await expect(scene.page.getByRole("menu")).toBeVisible();
    },
  },
  "new-message": {
    show: async (scene) => {
      await go(scene, "/", last(scene.company).name);
      await button(scene, "New SMS", "Nouveau SMS").first().click();
      await expect(scene.page.getByRole("dialog")).toBeVisible();
      await field(scene).fill(scene.company.refused.text);
    },
  },
  "not-delivered": {
    show: (scene) => thread(scene, scene.company.refused, /30007/),
  },
  "send-later": {
    show: async (scene) => {
      await thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]);
      await field(scene).fill(scene.company.answer);
      await button(scene, "Send later…", "Envoyer plus tard…").click();
      await expect(scene.page.getByRole("dialog")).toBeVisible();
    },
  },
  whatsapp: {
    show: (scene) => thread(scene, scene.company.whatsapp, word(scene.company, /hours left/, /encore \d+ heures/)),
  },
  "whatsapp-template": {
    show: async (scene) => {
      await thread(scene, scene.company.whatsapp.late, scene.company.whatsapp.late.text);
      await button(scene, "Choose a WhatsApp template", "Choisir un modèle WhatsApp").click();
      const dialog = scene.page.getByRole("dialog");
      await dialog.getByRole("button", { name: scene.company.template.name }).click();
      await expect(dialog.getByLabel(word(scene.company, "Value 1", "Valeur 1"))).toBeVisible();
    },
  },
  picture: {
    show: async (scene) => {
      const { page, company, app, twilio } = scene;
      await go(scene, "/", last(company).name);
      const data = await photographed(page, company.picture);
      await says(app, twilio, { from: company.picture.number, to: company.number, body: company.picture.text, media: [{ content_type: "image/jpeg", data }] });
      await thread(scene, company.picture, company.picture.text);
      await expect.poll(() => page.locator("article img").first().evaluate((image) => image.naturalWidth)).toBe(640);
    },
  },
  contacts: {
    show: async (scene) => {
      const { items } = await scene.app.call("GET", "/api/contacts?limit=50");
      const { id } = items.find(({ name }) => name === last(scene.company).name);
      await go(scene, `/contacts/${id}`, last(scene.company).notes);
    },
  },
  search: {
    show: async (scene) => {
      await go(scene, "/", last(scene.company).name);
      await scene.page.getByRole("searchbox").fill(scene.company.search);
      await expect(scene.page.locator("mark").first()).toBeVisible();
    },
  },
  "campaign-recipients": {
    show: async (scene) => {
      await go(scene, "/campaigns/new", word(scene.company, "Recipients", "Destinataires"));
      await scene.page.getByRole("radio", { name: word(scene.company, "Numbers", "Numéros") }).check();
      const numbers = [...scene.company.customers.map(({ number }) => number), "12", scene.company.customers[0].number];
      await scene.page.getByLabel(word(scene.company, "Phone numbers", "Numéros de téléphone")).fill(numbers.join("\n"));
      await button(scene, "Check the list", "Vérifier la liste").click();
      await expect(scene.page.getByText(word(scene.company, "Left out, and why", "Écartés, et pourquoi"))).toBeVisible();
    },
  },
  campaign: {
    show: async (scene) => {
      const { items } = await scene.app.call("GET", "/api/campaigns");
      await until("the campaign is over", async () => (await scene.app.call("GET", "/api/campaigns")).items[0].status === "completed", 60_000);
      await go(scene, `/campaigns/${items[0].id}`, scene.company.campaign.name, word(scene.company, "What failed", "Ce qui a échoué"));
    },
  },
  agenda: {
    show: async (scene) => {
      await go(scene, "/agenda", word(scene.company, "Upcoming", "À venir"));
      await button(scene, "Next day", "Jour suivant").click();
      await expect(scene.page.getByText(scene.company.appointments[2][1]).first()).toBeVisible();
    },
  },
  calls: {
    show: async (scene) => {
      const { company, twilio } = scene;
      await go(scene, "/calls", word(company, "Calls", "Appels"));
      await twilio.ring(company.caller.number, { sound: "tone", hertz: 500, hangs_up_after_ms: 14_000 }, company.number);
      const row = scene.page.getByRole("listitem").filter({ hasText: company.caller.name });
      await expect(row).toContainText(word(company, "Voicemail", "Message vocal"), { timeout: 90_000 });
    },
  },
  "incoming-call": {
    show: async (scene) => {
      const { company, page, twilio } = scene;
      await thread(scene, last(company), last(company).said.at(-1)[1]);
      await page.getByRole("button", { name: word(company, /^Telephone/, /^Téléphone/) }).first().click();
      await button(scene, "Take calls here", "Prendre les appels ici").click();
      await expect(page.getByText(word(company, "You can be reached.", "Vous êtes joignable."))).toBeVisible({ timeout: 60_000 });
      const sid = await twilio.ring(company.caller.number, {}, company.number);
      await expect(button(scene, "Accept", "Décrocher")).toBeVisible({ timeout: 30_000 });
      page.once("close", () => void twilio.hangUp(sid).catch(() => {}));
    },
  },
  shortcuts: {
    show: async (scene) => {
      await go(scene, "/", last(scene.company).name);
      await scene.page.keyboard.press("?");
      await expect(scene.page.getByRole("dialog")).toBeVisible();
    },
  },
  "phone-inbox": {
    size: "phone",
    show: (scene) => go(scene, "/", last(scene.company).name),
  },
  "phone-thread": {
    size: "phone",
    show: (scene) => thread(scene, last(scene.company), last(scene.company).said.at(-1)[1]),
  },
  "connect-twilio": {
    show: async (scene) => {
      await go(scene, "/settings/integrations", scene.company.line);
      await button(scene, "Connect an account", "Connecter un compte").click();
      await expect(scene.page.getByRole("dialog").or(scene.page.getByLabel("Account SID")).first()).toBeVisible();
    },
  },
  "line-health": {
    show: async (scene) => {
      await go(scene, "/settings/health", scene.company.line);
      await button(scene, "Check now", "Vérifier maintenant").click();
      await expect(button(scene, "Set it right", "Tout régler")).toBeVisible();
    },
  },
  team: { show: (scene) => go(scene, "/settings/team", scene.company.colleague.name) },
  "call-settings": {
    show: (scene) => go(scene, "/settings/calls", word(scene.company, "Opening hours", "Horaires d’ouverture")),
  },
  activity: { show: (scene) => go(scene, "/settings/activity", word(scene.company, "Started a campaign", "Campagne lancée")) },
};
