import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { asUser } from "../support/as-user.ts";
import { database, sql, sqlOne } from "../support/database.ts";

const ROUNDS = 200;
const people = { owner: randomUUID(), agent: randomUUID(), second: randomUUID() };
type Person = keyof typeof people;

beforeAll(async () => {
  for (const id of Object.values(people)) {
    await sql("insert into auth.users (id, email) values ($1, $2)", [id, `${id}@race.test`]);
  }
  await sql("update public.profiles set role = 'agent' where id = any ($1)", [
    [people.agent, people.second],
  ]);
});

/** One transaction as a person, as the API makes it: "ok", or the code of the refusal. */
async function as(person: Person, text: string, values: unknown[]): Promise<string> {
  const client = await database().connect();
  try {
    await asUser(client, people[person], text, values);
    return "ok";
  } catch (error) {
    if (error instanceof Error && "hint" in error && typeof error.hint === "string")
      return error.hint;
    throw error;
  } finally {
    client.release();
  }
}

const POST = "select public.post_ticket_message($1, $2)";
const POST_KEYED = "select public.post_ticket_message($1, $2, p_idempotency_key => $3)";
const MOVE = "update public.support_tickets set status = $2::public.ticket_status where id = $1";
const ASSIGN = "update public.support_tickets set assigned_to = $2 where id = $1";
const RATE = "select public.submit_ticket_survey($1, $2)";

interface Ticket {
  id: string;
}

/** A fresh ticket in a status that staff brought it to. */
async function ticket(status = "open"): Promise<string> {
  // The limit an hour is not what is raced here.
  await sql("delete from private.rate_windows where user_id = $1", [people.owner]);
  const { id } = await sqlOne<Ticket>(
    "insert into public.support_tickets (user_id, subject, description) values ($1, 'Race', 'x') returning id",
    [people.owner],
  );
  if (status !== "open") await as("agent", MOVE, [id, status]);
  return id;
}

/** So that each of a pair goes first in about half of the rounds: a few milliseconds, another one each round. */
const after = async <T>(round: number, start: () => Promise<T>): Promise<T> => {
  for (let turn = 0; turn < round % 7; turn += 1) await sql("select 1");
  return await start();
};

/** Runs the rounds, eight at once, so that the pairs also disturb each other. */
async function rounds<T>(play: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let round = next++; round < ROUNDS; round = next++) results.push(await play(round));
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return results;
}

it("a reply and a closing at once: the reply comes before the closing and acts, or is refused", async () => {
  const outcomes = await rounds(async (round) => {
    const id = await ticket("waiting");
    const [reply, close] = await Promise.all([
      after(round, () => as("owner", POST, [id, "Wait!"])),
      after(7 - (round % 7), () => as("agent", MOVE, [id, "closed"])),
    ]);
    expect(close).toBe("ok");
    expect(
      await sqlOne(
        `select t.status, t.message_count,
           (select count(*)::integer from public.ticket_messages m where m.ticket_id = t.id) as messages,
           (select array_agg(e.to_status::text order by e.id) from public.ticket_events e where e.ticket_id = t.id) as path
         from public.support_tickets t where id = $1`,
        [id],
      ),
    ).toEqual({
      status: "closed",
      message_count: reply === "ok" ? 1 : 0,
      messages: reply === "ok" ? 1 : 0,
      // A reply to a waiting ticket opens it: had it come after the closing, this step would be missing.
      path: ["open", "waiting", ...(reply === "ok" ? ["open"] : []), "closed"],
    });
    return reply;
  });
  expect(new Set(outcomes)).toEqual(new Set(["ok", "ticket_closed"]));
});

it("two first answers at once: one stamp, the earlier one, and one transition", async () => {
  await rounds(async (round) => {
    const id = await ticket();
    const answers = await Promise.all([
      after(round, () => as("agent", POST, [id, "First!"])),
      after(7 - (round % 7), () => as("second", POST, [id, "Me first!"])),
    ]);
    expect(answers).toEqual(["ok", "ok"]);
    expect(
      await sqlOne(
        `select t.status, t.message_count,
           t.first_response_at = (select min(created_at) from public.ticket_messages m where m.ticket_id = t.id) as is_the_earlier,
           t.last_message_at = (select max(created_at) from public.ticket_messages m where m.ticket_id = t.id) as is_the_later,
           (select count(*)::integer from public.ticket_events e where e.ticket_id = t.id and e.to_status = 'in_progress') as transitions,
           (select count(*)::integer from public.notifications n where n.subject_id = t.id) as told
         from public.support_tickets t where id = $1`,
        [id],
      ),
    ).toEqual({
      status: "in_progress",
      message_count: 2,
      is_the_earlier: true,
      is_the_later: true,
      transitions: 1,
      told: 2,
    });
  });
});

it("two surveys at once: one is kept, the other refused", async () => {
  await rounds(async (round) => {
    const id = await ticket("resolved");
    const answers = await Promise.all([
      after(round, () => as("owner", RATE, [id, 5])),
      after(7 - (round % 7), () => as("owner", RATE, [id, 1])),
    ]);
    expect(answers.toSorted()).toEqual(["ok", "survey_already_submitted"]);
    expect(
      await sql("select rating from public.ticket_surveys where ticket_id = $1", [id]),
    ).toEqual([{ rating: answers[0] === "ok" ? 5 : 1 }]);
  });
});

it("a survey and a reopening at once: the survey is of the cycle that was resolved, and the next one is unrated", async () => {
  const outcomes = await rounds(async (round) => {
    const id = await ticket("resolved");
    const [rating, reopening] = await Promise.all([
      after(round, () => as("owner", RATE, [id, 4])),
      after(7 - (round % 7), () => as("agent", MOVE, [id, "open"])),
    ]);
    expect(reopening).toBe("ok");
    expect(
      await sqlOne(
        `select t.resolution_cycle, t.survey_completed,
           (select array_agg(s.resolution_cycle) from public.ticket_surveys s where s.ticket_id = t.id) as rated
         from public.support_tickets t where id = $1`,
        [id],
      ),
    ).toEqual({
      resolution_cycle: 2,
      survey_completed: false,
      rated: rating === "ok" ? [1] : null,
    });
    return rating;
  });
  expect(new Set(outcomes)).toEqual(new Set(["ok", "survey_before_resolution"]));
});

it("a reopening during the closing by the clock: open with one cycle more, whoever came first", async () => {
  const tickets = await rounds(async () => {
    const id = await ticket("resolved");
    await sql(
      "update public.support_tickets set status_changed_at = now() - interval '8 days', resolved_at = now() - interval '8 days' where id = $1",
      [id],
    );
    return id;
  });
  const job = async () => {
    let closed = 0;
    for (let tick = 0; tick < 40; tick += 1) {
      closed += (
        await sqlOne<{ rows: number }>("select private.close_resolved_tickets(now()) as rows")
      ).rows;
    }
    return closed;
  };
  const [closed, answers] = await Promise.all([
    job(),
    Promise.all(tickets.map((id) => as("owner", MOVE, [id, "open"]))),
  ]);
  const rows = await sql<{ status: string; resolution_cycle: number; closings: number }>(
    `select t.status, t.resolution_cycle, (select count(*)::integer from public.ticket_events e where e.ticket_id = t.id and e.to_status = 'closed') as closings
     from public.support_tickets t where id = any ($1)`,
    [tickets],
  );
  expect(new Set(answers)).toEqual(new Set(["ok"]));
  expect(rows.map(({ status, resolution_cycle }) => `${status} ${resolution_cycle}`)).toEqual(
    Array(ROUNDS).fill("open 2"),
  );
  expect(rows.reduce((sum, { closings }) => sum + closings, 0)).toBeLessThanOrEqual(closed);
});

it.each([
  ["waiting", "resolve_waiting_tickets", "resolved"],
  ["resolved", "close_resolved_tickets", "closed"],
])(
  "a %s ticket that somebody is at holds up nothing: %s passes over it and takes the others",
  async (status, job, end) => {
    const [held, free] = [await ticket(status), await ticket(status)];
    await sql(
      "update public.support_tickets set status_changed_at = now() - interval '8 days' where id = any ($1)",
      [[held, free]],
    );
    const statuses = () =>
      sql("select id, status from public.support_tickets where id = any ($1)", [[held, free]]);
    const holder = await database().connect();
    try {
      await holder.query("begin");
      await holder.query("select from public.support_tickets where id = $1 for no key update", [
        held,
      ]);
      await sql(`do $$ begin set local lock_timeout = '5s'; perform private.${job}(now()); end $$`);
      expect(await statuses()).toEqual(
        expect.arrayContaining([
          { id: held, status },
          { id: free, status: end },
        ]),
      );
    } finally {
      await holder.query("rollback");
      holder.release();
    }
  },
);

it("one key at once from many connections: one message, one answer", async () => {
  await rounds(async (round) => {
    const id = await ticket();
    const key = `race-${round}-${id}`;
    const answers = await Promise.all(
      ["Same", "Same", "Same", "Other"].map((body) => as("owner", POST_KEYED, [id, body, key])),
    );
    const written = await sql<{ body: string }>(
      "select body from public.ticket_messages where ticket_id = $1",
      [id],
    );
    expect(written).toHaveLength(1);
    const isSame = written[0]?.body === "Same";
    expect(answers).toEqual(
      isSame
        ? ["ok", "ok", "ok", "idempotency_key_reused"]
        : [...Array(3).fill("idempotency_key_reused"), "ok"],
    );
  });
});

it("many writers in one ticket: every message counted, pages in the order of time", async () => {
  const id = await ticket();
  const writers: Person[] = ["owner", "agent", "second"];
  await rounds((round) => as(writers[round % 3] ?? "owner", POST, [id, String(round)]));
  expect(
    await sqlOne(
      `select t.message_count, (select count(*)::integer from public.ticket_messages m where m.ticket_id = t.id) as messages,
         (select count(distinct created_at)::integer from public.ticket_messages m where m.ticket_id = t.id) as times
       from public.support_tickets t where id = $1`,
      [id],
    ),
  ).toEqual({ message_count: ROUNDS, messages: ROUNDS, times: ROUNDS });
});

it("an assignment and a demotion at once: nothing unfinished stays with somebody who is staff no more", async () => {
  const outcomes = await rounds(async (round) => {
    const id = await ticket();
    const leaver = randomUUID();
    await sql("insert into auth.users (id, email) values ($1, $2)", [
      leaver,
      `${leaver}@race.test`,
    ]);
    await sql("update public.profiles set role = 'agent' where id = $1", [leaver]);
    const [assigning] = await Promise.all([
      after(round, () => as("agent", ASSIGN, [id, leaver])),
      after(7 - (round % 7), () =>
        sql("update public.profiles set role = 'member' where id = $1", [leaver]),
      ),
    ]);
    expect(
      await sqlOne("select assigned_to from public.support_tickets where id = $1", [id]),
    ).toEqual({ assigned_to: null });
    return assigning;
  });
  expect(new Set(outcomes)).toEqual(new Set(["ok", "assignee_is_not_staff"]));
});
