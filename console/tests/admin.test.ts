import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlOne } from "../../supabase/tests/support/database.ts";
import { launch, open, seriousFindings, visit } from "./support/browser.ts";

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
  const { page, complaints } = await visit(browser, { as: "alma" });
  await page.goto("/");
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

test("an admin gives a meeting of nobody known to the class that waits for it", async () => {
  const { id } = await sqlOne<{ id: string }>(
    `insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
     select id, 'Latin, lesson 3', '87000000077', now() - interval '2 hours', 60 from public.profiles where email = 'clara@example.com'
     returning id`,
  );
  // What the schema's owner writes counts as an admin's.
  await sqlOne("update public.live_classes set meeting_proof = 'none' where id = $1 returning id", [
    id,
  ]);
  await sqlOne(
    `select public.ingest_event('zoom', gen_random_uuid()::text, 'meeting.ended', now(), '{}', jsonb_build_object('kind', 'meeting_ended',
       'provider', 'zoom', 'started_at', now() - interval '2 hours', 'ended_at', now() - interval '1 hour',
       'instance', '{"key": "nobody-s", "meeting_id": "87000000077", "host_key": "nobody", "title": "<b>A shared account</b>"}'::jsonb), 'console') as told`,
  );
  const { page, complaints } = await visit(browser, { as: "alma" });
  await page.goto("/");
  await page.getByRole("link", { name: "Meetings" }).click();
  await page.getByRole("heading", { level: 1, name: "Meetings without a class" }).waitFor();
  const meeting = page.getByRole("row", {
    name: /^Ran <b>A shared account<\/b> Zoom 87000000077 /,
  });
  await meeting.getByRole("link", { name: "Latin, lesson 3" }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await meeting.getByRole("button", { name: "Give it to Latin, lesson 3" }).click();
  await page.getByText("The meeting is of the class “Latin, lesson 3”.").waitFor();
  await meeting.waitFor({ state: "detached" });
  expect(
    await sqlOne(
      `select c.meeting_proof, c.status, (select count(*)::integer from public.meeting_instances where live_class_id = c.id) as meetings
       from public.live_classes c where id = $1`,
      [id],
    ),
  ).toEqual({ meeting_proof: "admin", status: "completed", meetings: 1 });
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("an admin changes limits, targets and a threshold, and reads why one is refused", async () => {
  const { page, complaints } = await visit(browser, { as: "alma" });
  const dialog = page.getByRole("dialog");
  const save = async (values: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(values)) {
      await dialog.getByRole("textbox", { name }).fill(value);
    }
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await open(page, "/admin/settings", "Settings");
  await page.getByRole("button", { name: "Change plan enterprise" }).click();
  expect(await seriousFindings(page)).toEqual([]);
  await save({ Assistants: "77" });
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("row", { name: /^Enterprise 77 / }).waitFor();

  await page.getByRole("button", { name: "Change targets of priority low" }).click();
  await save({ "First response in seconds": "7200", "Resolution in seconds": "3600" });
  await dialog.getByRole("alert").filter({ hasText: "resolved not before" }).waitFor();
  await save({ "Resolution in seconds": "1209600" });
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("row", { name: "Low 2 h 0 min 336 h 0 min" }).waitFor();

  const days = page.getByRole("row", { name: /^Job run days / });
  await days.getByRole("textbox").fill("9999");
  await days.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alert").filter({ hasText: "This did not work" }).waitFor();
  await days.getByRole("textbox").fill("31");
  await days.getByRole("button", { name: "Save" }).click();
  await days.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });

  await page.goto("/admin/accounts?q=helga");
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("button", { name: "Change limits" }).click();
  await save({ "Call time in seconds": "" });
  await page.getByRole("row", { name: /^Call time .* of unlimited$/ }).waitFor();
  expect(
    await sqlOne(
      `select (select array_agg(action order by created_at) from private.admin_actions where action like 'set%' and action <> 'set_business_hours') as done,
         (select max_assistants::integer from public.plans where plan_type = 'enterprise') as assistants,
         (select array_agg(max_call_time_seconds is null) from public.user_limits join public.profiles p on p.id = user_id
           where p.email = 'helga@example.com') as unlimited`,
    ),
  ).toEqual({
    done: ["set_plan_limits", "set_sla", "set_setting", "set_limits"],
    assistants: 77,
    unlimited: [true],
  });
  expect(complaints.filter((words) => !words.includes("422"))).toEqual([]);
  await page.context().close();
});

test("every page of an admin shows itself, without complaint", async () => {
  const { page, complaints } = await visit(browser, { as: "alma", colorScheme: "dark" });
  const pages = {
    "/admin": "Health",
    "/admin/tenants": "Tenants",
    "/admin/accounts?q=frida": "Accounts",
    "/admin/events": "Inbox",
    "/admin/tasks": "Tasks",
    "/admin/jobs": "Jobs",
    "/admin/meetings": "Meetings without a class",
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
