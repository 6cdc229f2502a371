import { randomUUID } from "node:crypto";
import { createServer, request } from "node:http";
import { beforeAll, describe, expect, it, vi } from "vitest";
import * as removeTicketFile from "../../../../shared/support/tasks/remove_ticket_file.ts";
import { workTasks } from "../../../../shared/tasks/work-tasks.ts";
import {
  attach,
  hasObject,
  openTicket,
  readLink,
  remove,
  sample,
  servedFrom,
  stateOf,
  sweep,
  upload,
  uploaded,
  usedBytes,
} from "../../support/attachments.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { listen } from "../../support/loopback.ts";
import { testStack } from "../../support/resources.ts";
import { createUser, serviceClient, type TestUser } from "../../support/users.ts";

let owner: TestUser;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  owner = await createUser();
});

describe("a file that is deleted", () => {
  it("is gone at once: no link, no object, its bytes given back", async () => {
    const one = await createUser();
    const answer = await attach(one, await openTicket(one), sample("image/png"));
    expect(await usedBytes(one)).toBe(sample("image/png").bytes.byteLength);
    expect((await remove(one, answer.attachment_id)).status).toBe(204);
    expect(await stateOf(answer.attachment_id)).toBe("deleted");
    expect(await hasObject(answer.upload.path)).toBe(false);
    expect(await usedBytes(one)).toBe(0);
    expect((await readLink(one, answer.attachment_id)).status).toBe(404);
    expect((await remove(one, answer.attachment_id)).status).toBe(204);
  });

  it("before it was completed stays gone, whatever is uploaded to its URL afterwards", async () => {
    const answer = await uploaded(owner, await openTicket(owner), sample("image/png"));
    expect((await remove(owner, answer.attachment_id)).status).toBe(204);
    expect((await upload(owner, answer, sample("image/png").bytes)).error).toBeNull();
    await sweep(answer.upload.path);
    expect(await hasObject(answer.upload.path)).toBe(false);
  });
});

describe("no object stays", () => {
  it("when a ticket is deleted", async () => {
    const ticket = await openTicket(owner);
    const ready = await attach(owner, ticket, sample("image/png"));
    const pending = await uploaded(owner, ticket, sample("application/pdf"));
    const deleted = await serviceClient().rpc("delete_ticket", { p_ticket_id: ticket });
    expect(deleted.data).toBe(true);
    await sweep(ready.upload.path, pending.upload.path);
    for (const { attachment_id, upload: at } of [ready, pending]) {
      expect(await stateOf(attachment_id)).toBeNull();
      expect(await hasObject(at.path)).toBe(false);
    }
    expect(await usedBytes(owner)).toBe(0);
  });

  it("when an account is deleted in the dashboard", async () => {
    const one = await createUser();
    const agent = await createUser("agent");
    const ticket = await openTicket(one);
    const own = await attach(one, ticket, sample("image/png"));
    const theirs = await attach(agent, ticket, sample("image/png"));
    await sql("delete from auth.users where id = $1", [agent.id]);
    await sweep();
    expect(await hasObject(theirs.upload.path)).toBe(true);
    await sql("delete from auth.users where id = $1", [one.id]);
    await sweep(own.upload.path, theirs.upload.path);
    expect(await hasObject(own.upload.path)).toBe(false);
    expect(await hasObject(theirs.upload.path)).toBe(false);
  });

  it("when an account is closed, which waits for its files", async () => {
    const one = await createUser();
    const answer = await attach(one, await openTicket(one), sample("image/png"));
    await sql(
      "update public.profiles set deletion_requested_at = now() - interval '8 days' where id = $1",
      [one.id],
    );
    const { closed } = await sqlOne<{ closed: boolean }>(
      "select private.close_account($1, 'request', now()) as closed",
      [one.id],
    );
    expect(closed).toBe(true);
    const advance = () =>
      sql(
        "select private.advance_closure(c, now()) from private.account_closures c where user_id = $1 and completed_at is null",
        [one.id],
      );
    await advance();
    expect(await stateOf(answer.attachment_id)).toBe("ready");
    await sweep(answer.upload.path);
    expect(await hasObject(answer.upload.path)).toBe(false);
    for (let step = 0; step < 5; step++) await advance();
    expect(await sql("select from auth.users where id = $1", [one.id])).toEqual([]);
    await sweep();
    expect(await stateOf(answer.attachment_id)).toBeNull();
    expect(await hasObject(answer.upload.path)).toBe(false);
  });
});

/** The stack behind a door that can be shut for Storage alone. */
async function door() {
  const { url } = testStack();
  const state = { isShut: true, refused: 0 };
  const server = createServer((incoming, outgoing) => {
    if (state.isShut && incoming.url?.startsWith("/storage/")) {
      state.refused++;
      outgoing.writeHead(503, { "content-type": "application/json" });
      outgoing.end(
        JSON.stringify({ statusCode: "503", error: "x", code: "SlowDown", message: "x" }),
      );
      return;
    }
    const to = new URL(incoming.url ?? "/", url);
    const { host: _, ...headers } = incoming.headers;
    const onward = request(to, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  return { address: await listen(server), state };
}

describe("while Storage fails", () => {
  it("a removal is tried again, and done when it is back", async () => {
    const { upload: at } = await attach(owner, await openTicket(owner), sample("image/png"));
    const { address, state } = await door();
    const db = serviceClient(address);
    // A kind of its own, because the workers of other files take what they know.
    const kind = `probe_${randomUUID().replaceAll("-", "")}`;
    const work = () =>
      workTasks(db, {
        handlers: { [kind]: async () => removeTicketFile },
        deadline: performance.now() + 30_000,
        taskTimeoutMs: 20_000,
        requestId: "probe",
      });
    const task = () =>
      sqlOne<{ is_done: boolean; attempts: number; last_error: string | null }>(
        "select done_at is not null as is_done, attempts, last_error from public.tasks where kind = $1",
        [kind],
      );

    await sql("select private.enqueue_task($1, $2)", [kind, servedFrom(at.path)]);
    await work();
    expect(state.refused).toBeGreaterThan(0);
    expect(await task()).toEqual({ is_done: false, attempts: 1, last_error: "storage_503" });
    expect(await hasObject(at.path)).toBe(true);

    state.isShut = false;
    await sql("update public.tasks set run_after = now() where kind = $1", [kind]);
    await work();
    expect(await task()).toMatchObject({ is_done: true, attempts: 2 });
    expect(await hasObject(at.path)).toBe(false);
  });

  it("a removal done twice is no failure", async () => {
    const path = `${crypto.randomUUID()}/${crypto.randomUUID()}/a.png`;
    await sql("select private.remove_attachment_object($1)", [path]);
    await sweep(path);
    const row = await sqlOne<{ is_done: boolean }>(
      "select done_at is not null as is_done from public.tasks where resource_id = $1",
      [path],
    );
    expect(row.is_done).toBe(true);
  });
});

it("a file whose object was removed in the dashboard is retired", async () => {
  const answer = await attach(owner, await openTicket(owner), sample("image/png"));
  await serviceClient()
    .storage.from("ticket-attachments")
    .remove([servedFrom(answer.upload.path)]);
  expect((await readLink(owner, answer.attachment_id)).status).toBe(404);
  await sweep();
  expect(await stateOf(answer.attachment_id)).toBe("deleted");
});

it("objects and rows agree one to one when idle", async () => {
  await sweep();
  const strays = await sql(
    `select coalesce(o.name, a.path) as path, a.state::text, o.id is not null as has_object
     from (select * from public.ticket_attachments where user_id = $1 and state = 'ready') a
     full join (
       select o.* from storage.objects o join public.support_tickets t on split_part(regexp_replace(o.name, '^inbox/', ''), '/', 1) = t.id::text
       where o.bucket_id = 'ticket-attachments' and t.user_id = $1
     ) o on o.name = a.path
     where a.id is null or o.id is null`,
    [owner.id],
  );
  expect(strays).toEqual([]);
});
