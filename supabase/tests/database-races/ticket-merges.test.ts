import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { asUser } from "../support/as-user.ts";
import { database, sql, sqlOne } from "../support/database.ts";

const ROUNDS = 40;
const people = { owner: randomUUID(), agent: randomUUID() };

beforeAll(async () => {
  for (const id of Object.values(people)) {
    await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@merge.test`]);
  }
  await sql("update public.profiles set role = 'agent' where id = $1", [people.agent]);
});

/** One transaction as a person: "ok", or the code of the refusal. */
async function as(person: keyof typeof people, text: string, values: unknown[]): Promise<string> {
  const client = await database().connect();
  const answer = asUser(client, people[person], text, values).then(
    () => "ok",
    (error: { hint?: string }) => error.hint ?? Promise.reject(error),
  );
  return answer.finally(() => client.release());
}

const open = async () =>
  (
    await sqlOne<{ id: string }>(
      "insert into public.support_tickets (user_id, subject, description) values ($1, 'Race', 'x') returning id",
      [people.owner],
    )
  ).id;

it("a merge beside writers and beside its opposite loses no message and miscounts none", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await sql("delete from private.rate_windows where user_id = $1", [people.owner]);
    const [one, two] = [await open(), await open()];
    const post = "select public.post_ticket_message($1, $2)";
    const merge = "select public.merge_tickets($1, $2)";
    const close = "update public.support_tickets set status = 'closed' where id = $1";
    const [there, back, ...posts] = await Promise.all([
      as("agent", merge, [one, two]),
      as("agent", merge, [two, one]),
      as("owner", post, [one, "to one"]),
      as("owner", post, [two, "to two"]),
      as("agent", post, [one, "from staff"]),
      ...(round % 4 === 0 ? [as("owner", close, [one])] : []),
    ]);

    const written = posts.slice(0, 3).filter((answer) => answer === "ok").length;
    expect([there, back].filter((answer) => answer === "ok").length).toBeLessThanOrEqual(1);
    expect(
      posts.filter((answer) => !["ok", "ticket_closed", "transition_not_allowed"].includes(answer)),
    ).toEqual([]);
    const rows = await sql<{ messages: number; counted: number; pointers: number }>(
      `select count(m.id)::integer as messages, max(t.message_count) as counted, count(distinct t.merged_into)::integer as pointers
       from public.support_tickets t left join public.ticket_messages m on m.ticket_id = t.id
       where t.id = any ($1) group by t.id`,
      [[one, two]],
    );
    expect(rows.map(({ messages, counted }) => messages - counted)).toEqual([0, 0]);
    expect(rows.reduce((sum, { messages }) => sum + messages, 0)).toBe(written);
    if (there === "ok" || back === "ok") {
      expect(rows.filter(({ pointers }) => pointers === 1)).toMatchObject([{ messages: 0 }]);
    }
  }
});
