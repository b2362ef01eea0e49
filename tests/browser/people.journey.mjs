// People come and go.
import { ADMINISTRATOR, PASSWORD, expect, firstAdministrator, row, signIn, signedIn, test, watch } from "./stage.mjs";

test("a wrong password is told, the right one opens, and signing out closes", async ({ page, stage }) => {
  await firstAdministrator(stage.app);
  await signIn(page, stage.app, ADMINISTRATOR.email, "pas le bon");
  await expect(page.getByText("The e-mail address or the password is wrong.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
  await page.getByRole("button", { name: /Your account|Anne Martin/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Edgeline" })).toBeVisible();
  await page.goto(`${stage.app.url}/settings/team`);
  await expect(page.getByRole("heading", { name: "Sign in to Edgeline" })).toBeVisible();
});

test("a colleague is invited, chooses a password and sees the same inbox", async ({ page, browser, stage }) => {
  await signedIn(page, stage);
  await stage.twilio.text({ from: "+33612345678", body: "Bonjour à toute l’équipe" });
  await expect(row(page, "Bonjour à toute l’équipe")).toBeVisible();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Team" }).click();
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Léa Dubois");
  await dialog.getByLabel("E-mail address").fill("lea@example.com");
  await dialog.getByRole("button", { name: "Create the link" }).click();
  const link = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
  expect(link).toMatch(/\/invitation#[\w-]{40,}$/);

  const colleague = await browser.newContext({ locale: "en-GB" });
  const theirs = await colleague.newPage();
  const trouble = watch(theirs);
  await theirs.goto(link);
  await expect(theirs.getByRole("heading", { name: "Welcome to Boulangerie Martin" })).toBeVisible();
  await theirs.getByLabel("New password", { exact: true }).fill("une autre phrase longue");
  await theirs.getByRole("button", { name: "Choose this password" }).click();
  await expect(row(theirs, "Bonjour à toute l’équipe")).toBeVisible();
  await expect(theirs.getByRole("link", { name: "Settings" })).toBeVisible();
  expect(trouble).toEqual([]);

  // Shut out again, at once.
  await page.getByRole("button", { name: "Done" }).or(page.getByRole("dialog").getByRole("button", { name: "Close" })).first().click();
  await page.getByRole("button", { name: "Actions for Léa Dubois" }).click();
  await page.getByRole("menuitem", { name: "Deactivate…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deactivate", exact: true }).click();
  await expect(page.getByText("Deactivated")).toBeVisible();
  await theirs.reload();
  await expect(theirs.getByRole("heading", { name: "Sign in to Edgeline" })).toBeVisible();
  await colleague.close();
});
