import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";
import { makeCalls } from "../bench-database.ts";
import { deliveredTo, type MakeDeliveries, vapiCalls, zoomClasses } from "../deliveries.ts";
import { answers, type BenchRequest, type Expected, says } from "../throughput.ts";
import { copyPeople, signIn } from "./people.ts";

/** One thing that is done in both ways. */
export interface Contest {
  readonly what: string;
  /** What ours has to reach, ours / theirs in requests a second. */
  readonly atLeast: number;
  readonly isExpected: Expected;
  readonly ours: (count: number) => BenchRequest[];
  readonly theirs: (count: number) => BenchRequest[];
  /** Requests that are made and sent together. */
  readonly batch: number;
}

const CALLS = 100_000;
const DAYS = 30;

/** Only reports, of calls that nobody has told of before. */
const reportsOf =
  (make: MakeDeliveries): MakeDeliveries =>
  (count) =>
    make(count * 3).slice(-count);

async function supportContest(client: pg.Client, stack: Stack): Promise<Contest> {
  const agent = await signIn(client, stack);
  await client.query("update public.profiles set role = 'agent' where id = $1", [agent.id]);
  const { rows } = await client.query<{ id: string }>(
    `with made as (
       insert into public.support_tickets (user_id, subject, description) select $1, 'Help ' || n, 'It broke.' from generate_series(1, 50) n returning id, user_id
     ) insert into public.plain_tickets (id, user_id) select id, user_id from made returning id`,
    [(await signIn(client, stack)).id],
  );
  const replies = (name: string) => (count: number) =>
    Array.from({ length: count }, (_, index): BenchRequest => {
      const ticket_id = rows[index % rows.length]?.id;
      const body = JSON.stringify({ ticket_id, body: "We have sent it again." });
      return { url: `${stack.url}/functions/v1/${name}`, method: "POST", body, ...agent };
    });
  return {
    what: "an answer to a ticket",
    atLeast: 1.8,
    isExpected: answers(201),
    ours: replies("ticket-reply"),
    theirs: replies("bench-plain-reply"),
    batch: 100,
  };
}

/** All that is done in both ways. */
export async function makeContests(client: pg.Client, stack: Stack): Promise<Contest[]> {
  const at = (name: string) => `${stack.url}/functions/v1/${name}`;
  const owner = await signIn(client, stack);
  await makeCalls({ client }, owner.id, CALLS, () => {}, DAYS);
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  const range = `from=${day(DAYS - 1)}&to=${day(0)}`;
  const calls = await vapiCalls(client, stack.secrets.vapi);
  const classes = await zoomClasses(client, stack.secrets.zoom);
  const read = (path: string) => (count: number) =>
    Array.from(
      { length: count },
      (): BenchRequest => ({ url: at(path), method: "GET", headers: owner.headers }),
    );
  const delivered = (provider: string, make: MakeDeliveries) => ({
    isExpected: says("applied"),
    ours: deliveredTo(at(`${provider}-webhook`), make),
    theirs: deliveredTo(at(`bench-plain-${provider}`), make),
    batch: 250,
  });
  const contests: Contest[] = [
    { what: "a call, in three deliveries", atLeast: 1.7, ...delivered("vapi", calls) },
    { what: "the report of a call alone", atLeast: 3, ...delivered("vapi", reportsOf(calls)) },
    { what: "a class of 30, in 62 deliveries", atLeast: 1.6, ...delivered("zoom", classes) },
    {
      what: "limits and usage, read",
      atLeast: 1.8,
      isExpected: answers(200),
      ours: read("user-limits"),
      theirs: read("bench-plain-limits"),
      batch: 100,
    },
    await supportContest(client, stack),
    {
      what: `the dashboard of ${DAYS} days with ${CALLS.toLocaleString("en")} calls`,
      atLeast: 200,
      isExpected: answers(200),
      ours: read(`analytics/dashboard?${range}`),
      theirs: read(`bench-plain-dashboard?${range}`),
      batch: 1,
    },
  ];
  await copyPeople(client);
  return contests;
}
