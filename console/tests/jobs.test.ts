import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../../supabase/tests/support/database.ts";
import { testStack } from "../../supabase/tests/support/resources.ts";
import { createStage } from "../../tools/simulate/stage.ts";
import { launch, open, signIn, visit } from "./support/browser.ts";
import { reportCall } from "./support/report-call.ts";

const stage = createStage(testStack());
const { service } = stage;
/** Would run, were it not shown as text. */
const hostile = `<img src=x onerror="window.ran = true"><script>window.ran = true</script>`;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("a customer makes an assistant and sees its call appear", async () => {
  const { context, page, complaints } = await visit(browser, { as: "gus" });
  await open(page, "/assistants", "Assistants");
  await page.getByRole("button", { name: "New assistant" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(`Night desk ${hostile}`);
  await page.getByRole("textbox", { name: "Greeting" }).fill("Gus Plumbing at night.");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("“Gus Plumbing at night.”").waitFor();
  await reportCall(service, { assistant: "Night desk", said: hostile });
  await open(page, "/calls", "Calls");
  await page
    .getByRole("row", { name: /Night desk/ })
    .getByRole("link")
    .click();
  await page.getByText(hostile).first().waitFor();
  expect(await page.evaluate(() => Reflect.get(window, "ran"))).toBeUndefined();
  expect(complaints).toEqual([]);
  await context.close();
});

test("an agent answers and resolves, and the customer rates", async () => {
  const customer = await visit(browser, { as: "helga" });
  await open(customer.page, "/tickets", "Tickets");
  await customer.page.getByRole("button", { name: "New ticket" }).click();
  await customer.page.getByRole("textbox", { name: "Subject" }).fill(`Help with ${hostile}`);
  await customer.page.getByRole("textbox", { name: "What is it about?" }).fill("It rings twice.");
  await customer.page.getByRole("button", { name: "Send" }).click();
  await customer.page.getByRole("heading", { level: 1, name: hostile }).waitFor();

  const { page, context, complaints } = await visit(browser, { as: "ben" });
  const said = (words: string) => page.getByRole("article").filter({ hasText: words });
  await open(page, "/desk?of=nobody", "Desk");
  await page.getByRole("link", { name: /Help with/ }).click();
  await page.getByRole("button", { name: "Take it" }).click();
  await page.getByRole("button", { name: "Give it back" }).waitFor();
  await page.getByRole("switch", { name: "Internal" }).press("Space");
  await page.getByRole("textbox", { name: "Note among staff" }).fill("Their SIP trunk again.");
  await page.getByRole("button", { name: "Send" }).click();
  // The next message is begun while the note is on its way.
  await page.getByRole("switch", { name: "Internal" }).press("Space");
  await page.getByRole("textbox", { name: "Message" }).fill("It rings once now.");
  await said("Their SIP trunk again.").getByText("Internal note").waitFor();
  const settings = { name: "settings.txt", mimeType: "text/plain", buffer: Buffer.from("ring=1") };
  await page.locator("input[type=file]").setInputFiles(settings);
  await page.getByText("With settings.txt").waitFor();
  await page.getByRole("combobox", { name: "Status after it" }).click();
  await page.getByRole("option", { name: "Resolved" }).click();
  await page.getByRole("button", { name: "Send" }).click();
  await said("It rings once now.").waitFor();

  await customer.page.reload();
  await customer.page.getByText("It rings once now.").waitFor();
  await customer.page.getByRole("link", { name: /settings\.txt/ }).waitFor();
  expect(await customer.page.getByText("Their SIP trunk again.").count()).toBe(0);
  await customer.page.getByRole("radio", { name: "5 of 5" }).press("Space");
  await customer.page.getByRole("button", { name: "Rate" }).click();
  await customer.page.getByRole("region", { name: "Your rating" }).waitFor();
  expect(await customer.page.evaluate(() => Reflect.get(window, "ran"))).toBeUndefined();
  expect([...customer.complaints, ...complaints]).toEqual([]);
  await customer.context.close();
  await context.close();
});

test("an expired trial is said, and why nothing can be made", async () => {
  const person = await stage.person("Lena Late");
  await sql(
    "update public.profiles set demo_expires_at = now() - interval '1 minute' where id = $1",
    [person.id],
  );
  const { context, page } = await visit(browser, { as: person.email.replace("@example.com", "") });
  await open(page, "/usage", "Usage");
  await page.getByRole("status").filter({ hasText: /trial/i }).waitFor();
  await open(page, "/assistants", "Assistants");
  await page.getByRole("button", { name: "New assistant" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Too late");
  await page.getByRole("button", { name: "Save" }).click();
  expect(await page.getByRole("alert").textContent()).toContain("account_expired");
  await context.close();
});

test("an API that is away is said in words, and asked again", async () => {
  const { context, page } = await visit(browser, { as: "gus" });
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await context.route("**/functions/v1/**", (route) => route.abort());
  await page.getByRole("link", { name: "Usage" }).click();
  await page.getByText("Switchboard cannot be reached").first().waitFor();
  await context.unroute("**/functions/v1/**");
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByText("Plan pro").waitFor();
  await context.close();
});

test("what one tab ends, the other ends too", async () => {
  const { context, page } = await visit(browser);
  await signIn(page, "gus");
  const second = await context.newPage();
  await open(second, "/usage", "Usage");
  await second.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await context.close();
});
