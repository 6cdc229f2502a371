import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlOne } from "../../supabase/tests/support/database.ts";
import { launch, open, seriousFindings, signIn, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("an admin finds a dead delivery, reads it and replays it", async () => {
  const { id } = await sqlOne<{ id: string }>(
    `insert into public.webhook_events (provider, dedupe_key, event_type, payload, event, status, attempts, next_attempt_at, settled_at, last_error)
     values ('zoom', gen_random_uuid()::text, 'meeting.sharing_started', '{"note": "<img src=x onerror=alert(1)>"}',
       '{"kind": "meeting_informational", "provider": "zoom"}', 'dead', 6, null, now(), 'P0001 broken') returning id`,
  );
  const { page, complaints } = await visit(browser);
  await signIn(page, "alma");
  await page.getByRole("link", { name: "Inbox" }).click();
  await page.getByRole("heading", { level: 1, name: "Inbox" }).waitFor();
  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Dead" }).click();
  await page
    .getByRole("row", { name: /sharing_started.*P0001 broken/ })
    .getByRole("link")
    .first()
    .click();
  await page.getByRole("heading", { level: 1, name: "Event" }).waitFor();
  await page.getByText("<img src=x onerror=alert(1)>").waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByText("It has no effect, by rule.").waitFor();
  await page.getByRole("region", { name: "Replays" }).getByText("Replay event").waitFor();
  expect(await sqlOne("select status from public.webhook_events where id = $1", [id])).toEqual({
    status: "ignored",
  });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("every page of an admin shows itself, without complaint", async () => {
  const { page, complaints } = await visit(browser, { colorScheme: "dark" });
  await signIn(page, "alma");
  const pages = {
    "/admin": "Health",
    "/admin/tenants": "Tenants",
    "/admin/accounts?q=frida": "Accounts",
    "/admin/events": "Inbox",
    "/admin/tasks": "Tasks",
    "/admin/jobs": "Jobs",
    "/admin/settings": "Settings",
    "/admin/audit-log": "Audit log",
  };
  for (const [path, heading] of Object.entries(pages)) {
    await open(page, path, heading);
    expect([path, await seriousFindings(page)]).toEqual([path, []]);
  }
  await page.goto("/admin/accounts?q=frida");
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("region", { name: "Plan and usage" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});
