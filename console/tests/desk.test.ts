import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, sqlOne } from "../../supabase/tests/support/database.ts";
import { createUser } from "../../supabase/tests/support/users.ts";
import { launch, open, seriousFindings, visit } from "./support/browser.ts";

/** Would run, were it not shown as text. */
const hostile = `<img src=x onerror="window.ran = true"><script>window.ran = true</script>`;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("an agent reads held mails as text, discards one and opens a ticket with another", async () => {
  const customer = await createUser("member", "Wilma Writes");
  await sql(
    `insert into public.received_mails (provider_id, state, reason, from_address, subject, authentication, words, body, html, received_at, settled_at)
     select gen_random_uuid()::text, 'held', 'unknown_sender', $1, subject, 'none', 'Please call me.', 'Please call me.', $2, now(), now()
     from unnest(array['Cheap pills', 'My line is dead']) subject`,
    [`Wilma.Home@example.com`.toLowerCase(), hostile],
  );
  const { context, page, complaints } = await visit(browser, { as: "ben" });
  page.on("dialog", (question) => question.accept());
  await open(page, "/mails", "Mails");
  await page.getByRole("link", { name: "Cheap pills" }).click();
  await page.getByText(hostile).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("heading", { level: 1, name: "Mails" }).waitFor();
  await page.getByRole("link", { name: "Cheap pills" }).waitFor({ state: "detached" });

  await page.getByRole("link", { name: "My line is dead" }).click();
  await page.getByRole("button", { name: "Open a ticket" }).click();
  await page.getByRole("alert").getByText("No account has this address or id.").waitFor();
  await page.getByRole("textbox", { name: "Whose ticket it becomes" }).fill(customer.email);
  await page.getByRole("button", { name: "Open a ticket" }).click();
  await page.waitForURL("**/desk/*");
  await page
    .getByRole("region", { name: "What it is about" })
    .getByText("Please call me.")
    .waitFor();
  expect(await page.evaluate(() => Reflect.get(window, "ran"))).toBeUndefined();
  expect(complaints).toEqual([]);
  await context.close();
});

test("an agent is away, saves a reply, tags a ticket, finds it by its words and merges it", async () => {
  const customer = await createUser("member", "Tom Twice");
  const subjects = ["Wobbling headset of Tom", "Headset again"];
  for (const subject of subjects) {
    const opened = await customer.client
      .from("support_tickets")
      .insert({ subject, description: "It wobbles.", category: "technical", priority: "low" });
    if (opened.error) throw opened.error;
  }
  const { context, page, complaints } = await visit(browser, { as: "ben" });
  const dialog = page.getByRole("dialog");
  await open(page, "/replies", "Saved replies");
  await page.getByRole("button", { name: "New reply" }).click();
  await dialog.getByRole("textbox", { name: "Title" }).fill("Greeting");
  await dialog.getByRole("textbox", { name: "Text" }).fill("Dear {{customer_name}},");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /^Greeting All Dear/ }).waitFor();

  await open(page, "/desk", "Desk");
  const away = page.getByRole("switch", { name: "I am away" });
  await away.press("Space");
  await page.getByRole("listitem").filter({ hasText: ", away" }).waitFor();
  await away.press("Space");
  await page.getByRole("listitem").filter({ hasText: ", next" }).waitFor();
  await page.getByRole("textbox", { name: "Words or number" }).fill("wobbling headset");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: subjects[0] ?? "" }).click();
  await page.getByRole("heading", { level: 1, name: subjects[0] ?? "" }).waitFor();

  await page.getByRole("combobox", { name: "Saved reply" }).click();
  await page.getByRole("option", { name: "Greeting" }).click();
  const message = page.getByRole("textbox", { name: "Message" });
  await expect.poll(() => message.inputValue()).toBe("Dear Tom Twice,");
  await page.getByRole("combobox", { name: "Tags" }).fill("Hardware");
  await page.keyboard.press("Enter");
  await page.getByText("hardware", { exact: true }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Merge" }).click();
  await dialog.getByRole("combobox", { name: "The ticket that goes on" }).click();
  await page.getByRole("option", { name: /Headset again/ }).click();
  await dialog.getByRole("button", { name: "Merge" }).click();
  await page.getByRole("heading", { level: 1, name: "Headset again" }).waitFor();
  await page.getByText("hardware", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("an admin sets the hours and holidays of the desk", async () => {
  const { context, page, complaints } = await visit(browser, { as: "alma" });
  const hours = page.getByRole("region", { name: "Hours of the desk" });
  await open(page, "/admin/settings", "Settings");
  await hours.getByText("Every day, all day.").waitFor();
  await hours.getByRole("button", { name: "Add hours" }).click();
  await hours.getByRole("button", { name: "Add hours" }).click();
  await hours.getByRole("button", { name: "Add a holiday" }).click();
  await hours.getByRole("textbox", { name: "Holiday" }).fill("2030-12-25");
  await hours.getByRole("textbox", { name: "Name" }).fill("Christmas");
  await hours.getByRole("textbox", { name: "Closes" }).first().fill("8:00");
  await hours.getByRole("button", { name: "Save" }).click();
  await hours.getByRole("alert").getByText("invalid_business_hours").waitFor();
  await hours.getByRole("textbox", { name: "Closes" }).first().fill("12:30");
  await hours.getByRole("button", { name: "Save" }).click();
  await page.getByText("The clocks of tickets run in these hours").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(await sqlOne("select weekly, holidays from public.business_hours")).toEqual({
    weekly: [
      { weekday: 1, opens: "09:00", closes: "12:30" },
      { weekday: 2, opens: "09:00", closes: "17:00" },
    ],
    holidays: [{ day: "2030-12-25", name: "Christmas" }],
  });
  for (const name of ["Remove hours 2", "Remove hours 1", "Remove holiday 1"]) {
    await hours.getByRole("button", { name }).click();
  }
  await hours.getByRole("button", { name: "Save" }).click();
  await hours.getByText("Every day, all day.").waitFor();
  await expect
    .poll(() => sqlOne("select weekly, holidays from public.business_hours"))
    .toEqual({ weekly: [], holidays: [] });
  expect(complaints.filter((words) => !words.includes("422"))).toEqual([]);
  await context.close();
});
