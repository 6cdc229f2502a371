import { beforeAll, describe, expect, it } from "vitest";
import { good } from "../../fixtures/files/samples.ts";
import {
  announce,
  announced,
  closeTicket,
  openTicket,
  openTicketAmongPeople,
  refused,
  remove,
  sample,
  usedBytes,
} from "../../support/attachments.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { callFunction, callJson } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

let owner: TestUser;
let other: TestUser;
let agent: TestUser;
let teacher: TestUser;
let ticket: string;

beforeAll(async () => {
  ({ owner, other, agent, teacher, ticket } = await openTicketAmongPeople());
});

const nameOf = (attachmentId: string) =>
  sqlOne<{ file_name: string; object: string }>(
    `select file_name, split_part(path, '/', 3) as object from public.ticket_attachments where id = $1`,
    [attachmentId],
  );

describe("an announcement", () => {
  it.each([
    "image/svg+xml",
    "text/html",
    "application/x-msdownload",
    "application/javascript",
    "video/mp4",
    "constructor",
    "png",
  ])("of %s is refused", async (type) => {
    const response = await announce(owner, ticket, { ...sample("image/png"), type });
    expect(await refused(response)).toEqual({ status: 415, code: "attachment_type_refused" });
  });

  it("that is refused for its type learns the accepted ones, which the database accepts too", async () => {
    const response = await announce(owner, ticket, { ...sample("image/png"), type: "video/mp4" });
    const { details } = await response.json();
    expect(details.accepted.toSorted()).toEqual(Object.keys(good).toSorted());
    const { list } = await sqlOne<{ list: string[] }>(
      `select array_agg(distinct found[1]) as list
       from pg_constraint, regexp_matches(pg_get_constraintdef(oid), '''([^'']+/[^'']+)''', 'g') found
       where conname = 'content_type_is_accepted'`,
    );
    expect(list.toSorted()).toEqual(Object.keys(good).toSorted());
  });

  it.each(["IMAGE/PNG", "image/png; charset=binary", "application/x-zip-compressed"])(
    "of %s is understood",
    async (type) => {
      const response = await announce(owner, ticket, { ...sample("image/png"), type });
      expect(response.status).toBe(201);
      await remove(owner, (await response.json()).attachment_id);
    },
  );

  it("of 10 MiB and a byte is refused", async () => {
    const response = await announce(owner, ticket, sample("image/png"), 10 * 1024 * 1024 + 1);
    expect(await refused(response)).toEqual({ status: 413, code: "attachment_too_large" });
  });

  it.each([0, -1, 1.5])("of %d bytes is refused", async (size) => {
    const response = await announce(owner, ticket, sample("image/png"), size);
    expect(await refused(response)).toEqual({ status: 422, code: "invalid_input" });
  });

  it.each([
    { ticket_id: "x" },
    { file_name: "" },
    { size_bytes: "9" },
    { path: "a/b" },
    { content_type: undefined },
  ])("with %j is refused", async (change) => {
    const body = {
      ticket_id: ticket,
      file_name: "a.png",
      content_type: "image/png",
      size_bytes: 9,
    };
    const response = await callJson("attachment-upload", { ...body, ...change }, { user: owner });
    expect(await refused(response)).toEqual({ status: 422, code: "invalid_input" });
  });

  it("is for people of the ticket", async () => {
    const file = sample("image/png");
    const missing = { status: 404, code: "ticket_not_found" };
    expect(await refused(await announce(other, ticket, file))).toEqual(missing);
    expect(await refused(await announce(teacher, ticket, file))).toEqual(missing);
    expect(await refused(await announce(other, crypto.randomUUID(), file))).toEqual(missing);
    expect((await announce(agent, ticket, file)).status).toBe(201);
    const nobody = await callFunction("attachment-upload", { method: "POST" });
    expect(nobody.status).toBe(401);
  });

  const names: [string, string, string][] = [
    ["../../etc/passwd.png", "passwd.png", "passwd.png"],
    ["..\\..\\boot.png", "boot.png", "boot.png"],
    ["a\u0007b\u001b[31mc\n.png", "ab[31mc.png", "ab-31mc.png"],
    ["invoice\u202egnp.exe", "invoicegnp.exe.png", "invoicegnp-exe.png"],
    ["no extension", "no extension.png", "no-extension.png"],
    ["virus.exe", "virus.exe.png", "virus-exe.png"],
    ["photo.PNG", "photo.png", "photo.png"],
    [".htaccess", "htaccess.png", "htaccess.png"],
    ["...", "file.png", "file.png"],
    ["屏幕截图.png", "屏幕截图.png", "file.png"],
    ["Ärger\u200b mit Übertragung.png", "Ärger mit Übertragung.png", "Arger-mit-Ubertragung.png"],
    ["می\u200cخواهم.png", "می\u200cخواهم.png", "file.png"],
    ["👩🏽\u200d💻 क्\u200dष.png", "👩🏽\u200d💻 क्\u200dष.png", "file.png"],
    ["in\u200dvoice\u200c.\u200dpng", "invoice.png", "invoice.png"],
    ['a<b>:"c|d?*.png', "a_b___c_d__.png", "a_b___c_d__.png"],
  ];
  it.each(names)("of %j is called %j, and %j in the bucket", async (given, fileName, object) => {
    const own = await openTicket(owner);
    const { attachment_id } = await announced(owner, own, { ...sample("image/png"), name: given });
    expect(await nameOf(attachment_id)).toEqual({ file_name: fileName, object });
  });

  it("of a name of 300 characters is shortened, its extension kept", async () => {
    const file = { ...sample("image/png"), name: `${"ü".repeat(296)}.png` };
    const { attachment_id } = await announced(owner, await openTicket(owner), file);
    const { file_name, object } = await nameOf(attachment_id);
    expect(file_name).toBe(`${"ü".repeat(196)}.png`);
    expect(object).toMatch(/^u{80}\.png$/);
  });

  it("of the 21st file is refused, and fits when one is taken back", async () => {
    const own = await openTicket(agent);
    const file = sample("image/png");
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) {
      ids.push((await announced(agent, own, file)).attachment_id);
    }
    const full = { status: 409, code: "too_many_attachments" };
    expect(await refused(await announce(agent, own, file))).toEqual(full);
    await remove(agent, ids[0] ?? "");
    expect((await announce(agent, own, file)).status).toBe(201);
  });

  it("of 50 MiB and a byte in a ticket is refused", async () => {
    const own = await openTicket(agent);
    const file = sample("image/png");
    for (let count = 0; count < 5; count++) await announced(agent, own, file, 10 * 1024 * 1024);
    const full = { status: 409, code: "ticket_attachments_full" };
    expect(await refused(await announce(agent, own, file, 1))).toEqual(full);
  });

  it("beyond the uploader's quota is refused, exactly, however many come at once", async () => {
    const one = await createUser();
    await sql("update public.user_limits set max_attachment_bytes = 1000 where user_id = $1", [
      one.id,
    ]);
    const tickets = await Promise.all(Array.from({ length: 4 }, () => openTicket(one)));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        announce(one, tickets[index % 4] ?? "", sample("image/png"), 100),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
    const refusals = answers.filter(({ status }) => status === 402);
    expect(refusals).toHaveLength(6);
    expect(await refusals[0]?.json()).toMatchObject({
      code: "limit_reached",
      details: { limit: "attachments", used: 1000, allowed: 1000 },
    });
    expect(await usedBytes(one)).toBe(1000);
  });

  it("beyond the uploads of an hour is refused with a time to come back, not for staff", async () => {
    const one = await createUser();
    const own = await openTicket(one);
    const { max } = await sqlOne<{ max: number }>(
      "select max_count as max from private.rate_limits where kind = 'uploads'",
    );
    await sql(
      `insert into private.rate_windows (user_id, kind, window_start, taken)
       select $1, 'uploads', date_bin(interval '1 hour', now(), timestamptz '2000-01-01 00:00:00+00'), $2`,
      [one.id, max],
    );
    const response = await announce(one, own, sample("image/png"));
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused(response)).toEqual({ status: 429, code: "rate_limited" });
  });

  it("in a closed ticket is refused, for everybody", async () => {
    const own = await openTicket(owner);
    await closeTicket(owner, own);
    const closed = { status: 409, code: "ticket_closed" };
    expect(await refused(await announce(owner, own, sample("image/png")))).toEqual(closed);
    expect(await refused(await announce(agent, own, sample("image/png")))).toEqual(closed);
  });
});
