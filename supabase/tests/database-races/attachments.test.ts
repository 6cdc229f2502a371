import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { asUser } from "../support/as-user.ts";
import { database, sql, sqlOne } from "../support/database.ts";

const ROUNDS = 200;
const SIZE = 100;

interface Story {
  user: string;
  ticket: string;
}

async function story(): Promise<Story> {
  const [user, ticket] = [randomUUID(), randomUUID()];
  await sql("insert into auth.users (id, email) values ($1, $2)", [user, `${user}@races.test`]);
  await sql(
    "insert into public.support_tickets (id, user_id, subject, description) values ($1, $2, 's', 'd')",
    [ticket, user],
  );
  return { user, ticket };
}

/** What a statement of the user yields over the API, or the code of its refusal. */
async function outcome(user: string, text: string, values: unknown[]): Promise<string> {
  const client = await database().connect();
  try {
    return JSON.stringify((await asUser(client, user, text, values)).rows);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "unknown";
  } finally {
    client.release();
  }
}

const announce = ({ user, ticket }: Story) =>
  outcome(user, "select public.create_attachment($1, 'a.png', 'a.png', 'image/png', $2)", [
    ticket,
    SIZE,
  ]);

async function pending({ user, ticket }: Story): Promise<{ id: string; path: string }> {
  const id = randomUUID();
  const path = `${ticket}/${id}/a.png`;
  await sql(
    `insert into public.ticket_attachments (id, ticket_id, user_id, uploaded_by, file_name, content_type, size_bytes, path, is_metered)
     values ($1, $2, $3, $3, 'a.png', 'image/png', $4, $5, true)`,
    [id, ticket, user, SIZE, path],
  );
  // A ready row without an object is retired by the sweeps of other files.
  await sql(
    "insert into storage.objects (bucket_id, name, version) values ('ticket-attachments', $1, 'inspected')",
    [path],
  );
  return { id, path };
}

const settle = ({ user }: Story, { id, path }: { id: string; path: string }, reason?: string) =>
  sqlOne<{ state: string }>(
    "select private.settle_attachment($1, $2, $3, $4, $5, $6) ->> 'state' as state",
    [user, id, path, reason ? null : "a".repeat(64), reason ?? null, reason ? null : "inspected"],
  ).then(({ state }) => state);

const counters = ({ user }: Story) =>
  sqlOne<{ used: number; files: number; log: number }>(
    `select used_attachment_bytes::integer as used,
       (select coalesce(sum(size_bytes), 0)::integer from public.ticket_attachments where uploaded_by = $1 and state in ('pending', 'ready')) as files,
       (select coalesce(sum(attachment_bytes_change), 0)::integer from public.usage_logs where user_id = $1) as log
     from public.user_limits where user_id = $1`,
    [user],
  );

it("verdicts and deletions of a file have one outcome, and the counter is right", async () => {
  const one = await story();
  for (let round = 0; round < ROUNDS; round++) {
    const file = await pending(one);
    const [good, bad, removed] = await Promise.all([
      settle(one, file),
      settle(one, file, "polyglot"),
      round % 2 === 0
        ? outcome(one.user, "select public.delete_attachment($1)", [file.id])
        : Promise.resolve(""),
    ]);
    const row = await sqlOne<{ state: string; is_asked: boolean }>(
      `select state::text, exists (select from public.tasks where kind = 'remove_ticket_file' and resource_id = path) as is_asked
       from public.ticket_attachments where id = $1`,
      [file.id],
    );
    expect(removed).not.toMatch(/^[0-9A-Z]{5}$/);
    expect(row.is_asked).toBe(row.state !== "ready");
    // Both verdicts learn what it became, unless a deletion came after a ready one.
    if (round % 2 === 1) expect([good, bad]).toEqual([row.state, row.state]);
  }
  const { used, files, log } = await counters(one);
  expect({ files, log }).toEqual({ files: used, log: used });
});

it("a verdict against the ticket's closing: ready before it or rejected after it", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const one = await story();
    const file = await pending(one);
    const [state, closed] = await Promise.all([
      settle(one, file),
      outcome(one.user, "update public.support_tickets set status = 'closed' where id = $1", [
        one.ticket,
      ]),
    ]);
    expect(closed).toBe("[]");
    expect(["ready", "rejected"]).toContain(state);
    const row = await sqlOne<{ state: string; reason: string | null }>(
      "select state::text, rejection_reason as reason from public.ticket_attachments where id = $1",
      [file.id],
    );
    expect(row).toEqual({ state, reason: state === "ready" ? null : "ticket_closed" });
  }
});

it("announcements at once never exceed the ticket's places nor the quota", async () => {
  for (let round = 0; round < 10; round++) {
    const one = await story();
    await sql("update public.user_limits set max_attachment_bytes = $2 where user_id = $1", [
      one.user,
      round % 2 === 0 ? 7 * SIZE : 100 * SIZE,
    ]);
    const answers = await Promise.all(Array.from({ length: 30 }, () => announce(one)));
    const refused = answers.filter((answer) => /^[0-9A-Z]{5}$/.test(answer));
    expect(new Set(refused)).toEqual(new Set([round % 2 === 0 ? "PT402" : "PT409"]));
    const taken = round % 2 === 0 ? 7 : 20;
    expect(answers.length - refused.length).toBe(taken);
    expect(await counters(one)).toEqual({
      used: taken * SIZE,
      files: taken * SIZE,
      log: taken * SIZE,
    });
  }
});

it("the sweep against completions ends a file or leaves it ready", async () => {
  const one = await story();
  for (let round = 0; round < ROUNDS / 4; round++) {
    const file = await pending(one);
    await sql(
      "update public.ticket_attachments set state_changed_at = now() - interval '3 hours' where id = $1",
      [file.id],
    );
    const [state] = await Promise.all([
      settle(one, file),
      sql("select private.sweep_unsettled_attachments(now())"),
    ]);
    const [row] = await sql<{ state: string }>(
      "select state::text from public.ticket_attachments where id = $1",
      [file.id],
    );
    expect(row?.state ?? "absent").toBe(state);
  }
  const { used, files, log } = await counters(one);
  expect({ files, log }).toEqual({ files: used, log: used });
});

it("a ticket that is deleted while its owner announces files deadlocks with none of them, and the counter is right", async () => {
  const one = await story();
  const outcomes = new Set<string>();
  for (let round = 0; round < ROUNDS / 2; round++) {
    const { id: ticket } = await sqlOne<{ id: string }>(
      "insert into public.support_tickets (user_id, subject, description) values ($1, 's', 'd') returning id",
      [one.user],
    );
    await sql("delete from private.rate_windows where user_id = $1", [one.user]);
    const on = { ...one, ticket };
    await announce(on);
    const [deleted, ...announced] = await Promise.all([
      sqlOne("select public.delete_ticket($1) as is_deleted", [ticket]),
      announce(on),
      announce(on),
    ]);
    expect(deleted).toEqual({ is_deleted: true });
    for (const outcome of announced) outcomes.add(outcome.startsWith("[") ? "ok" : outcome);
  }
  expect([...outcomes].filter((outcome) => outcome !== "ok")).toEqual(["PT404"]);
  expect(await counters(one)).toEqual({ used: 0, files: 0, log: 0 });
});
