import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asUser } from "../support/as-user.ts";
import { database, sql } from "../support/database.ts";

const AGENTS = 3;
const AT_ONCE = 10;
const ROUNDS = 6;
const agents = Array.from({ length: AGENTS }, () => randomUUID());
const owners = Array.from({ length: AT_ONCE }, () => randomUUID());

const setting = (value: string) =>
  sql("update private.settings set value = $1 where name = 'tickets_assigned_in_turn'", [value]);

beforeAll(async () => {
  for (const id of [...agents, ...owners]) {
    await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@turns.test`]);
  }
  // Agents of other files have no part in this.
  await sql(
    `insert into public.desk_turns (profile_id, is_away) select id, true from public.profiles where role = 'agent'
     on conflict (profile_id) do update set is_away = true`,
  );
  await sql("update public.profiles set role = 'agent' where id = any ($1)", [agents]);
  await setting("1");
});
afterAll(() => setting("0"));

async function open(owner: string): Promise<void> {
  const client = await database().connect();
  try {
    const insertion =
      "insert into public.support_tickets (subject, description) values ('Turn', 'Race')";
    await asUser(client, owner, insertion, []);
  } finally {
    client.release();
  }
}

it("tickets at the same moment are shared out evenly, beside an agent who is suspended and comes back", async () => {
  for (let round = 0; round < ROUNDS; round++) await Promise.all(owners.map(open));
  const shares = async () =>
    await sql<{ given: number }>(
      `select count(t.id)::integer as given from unnest($1::uuid[]) a (id) left join public.support_tickets t on t.assigned_to = a.id
       group by a.id order by 1`,
      [agents],
    );
  const each = (AT_ONCE * ROUNDS) / AGENTS;
  expect((await shares()).map(({ given }) => given)).toEqual(agents.map(() => each));

  await sql("delete from private.rate_windows where user_id = any ($1)", [owners]);
  const status = (to: string) =>
    sql("update public.profiles set account_status = $2::public.account_status where id = $1", [
      agents[0],
      to,
    ]);
  await Promise.all([...owners.map(open), status("suspended"), ...owners.map(open)]);
  const [left] = await sql<{ held: number; waiting: number; all: number }>(
    `select count(*) filter (where assigned_to = $1)::integer as held, count(*) filter (where assigned_to is null)::integer as waiting,
       count(*)::integer as all
     from public.support_tickets where user_id = any ($2)`,
    [agents[0], owners],
  );
  // What they had went back to the desk; nothing came to them afterwards.
  expect(left).toMatchObject({ held: 0, all: AT_ONCE * (ROUNDS + 2) });
  expect(left?.waiting).toBeGreaterThanOrEqual(each);
});
