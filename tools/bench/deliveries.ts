import type pg from "pg";
import { signVapi, VapiCall } from "../simulate/vapi.ts";
import { hostIdOf, participantUuid, signZoom, ZoomRun } from "../simulate/zoom.ts";
import { makeUnlimitedUsers, makeUsers } from "./bench-database.ts";
import type { BenchRequest } from "./throughput.ts";

/** A signed delivery, ready to be sent. */
export interface BenchDelivery {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Makes about so many deliveries that no stack has seen, in an order in which a provider could send them. */
export type MakeDeliveries = (count: number) => BenchDelivery[];

/** The deliveries as requests to one address. */
export const deliveredTo =
  (url: string, make: MakeDeliveries) =>
  (count: number): BenchRequest[] =>
    make(count).map((delivery) => ({ url, method: "POST", ...delivery }));

/** Unlimited accounts with an assistant each; VAPI's ids of those. */
export async function vapiAccounts(client: pg.Client, count: number): Promise<string[]> {
  const ids = await makeUnlimitedUsers(client, count);
  // Their period began before the calls, so that a report is counted in it.
  await client.query(
    "update public.user_limits set period_start = now() - interval '1 hour' where user_id = any ($1)",
    [ids],
  );
  await client.query(
    "insert into public.assistants (user_id, name, vapi_assistant_id) select id, 'Desk', 'va-' || id from unnest($1::uuid[]) id",
    [ids],
  );
  return ids.map((id) => `va-${id}`);
}

/**
 * What VAPI sends about a call (`serverMessages` of our assistants): that it is in progress, that it has ended, and
 * its report. A
 * hundred unlimited accounts; the deliveries of one call are not next to each other, as in reality.
 */
export async function vapiCalls(client: pg.Client, secret: string): Promise<MakeDeliveries> {
  const assistants = await vapiAccounts(client, 100);
  return (count) => {
    const startedAt = new Date(Date.now() - 300_000);
    const calls = Array.from(
      { length: Math.ceil(count / 3) },
      (_, index) =>
        new VapiCall({ assistantId: assistants[index % assistants.length] ?? null, startedAt }),
    );
    const endedReason = "customer-ended-call";
    return [
      ...calls.map((call) => call.status("in-progress", 0)),
      ...calls.map((call) => call.status("ended", 73, { endedReason })),
      ...calls.map((call) => call.report({ seconds: 73, endedReason })),
    ].map((message) => {
      const body = JSON.stringify(message);
      return { body, headers: signVapi(body, secret) };
    });
  };
}

/** Meetings of one teacher's classes, which run now and are known to be theirs, with these students on every roster. */
export async function zoomMeetings(
  client: pg.Client,
  count: number,
  students: readonly string[] = [],
  meetingOf = (n: number) => String(86_000_000_000 + n),
): Promise<string[]> {
  const [teacher] = await makeUsers(client, 1);
  await client.query("update public.profiles set role = 'teacher' where id = $1", [teacher]);
  const { rows } = await client.query<{ meeting: string }>(
    `insert into public.live_classes (host_id, title, provider, meeting_id, scheduled_start, duration_minutes)
     select $1, 'Class', 'zoom', meeting, now() - interval '50 minutes', 60 from unnest($2::text[]) meeting
     returning meeting_id as meeting`,
    [teacher, Array.from({ length: count }, (_, index) => meetingOf(index + 1))],
  );
  const meetings = rows.map(({ meeting }) => meeting);
  await client.query(
    "insert into public.profile_identities (provider, kind, key, profile_id) select 'zoom', 'user', key, $2 from unnest($1::text[]) key",
    [meetings.map(hostIdOf), teacher],
  );
  await client.query(
    "insert into public.class_enrollments (live_class_id, profile_id) select c.id, s from public.live_classes c, unnest($1::uuid[]) s where c.host_id = $2",
    [students, teacher],
  );
  return meetings;
}

/** What Zoom sends about a class: it starts, thirty enrolled students join and leave, it ends. */
export async function zoomClasses(client: pg.Client, secret: string): Promise<MakeDeliveries> {
  const students = await makeUsers(client, 30);
  const meetings = await zoomMeetings(client, 100, students);
  let next = 0;
  return (count) => {
    const start = Date.now() - 50 * 60_000;
    const at = (seconds: number) => new Date(start + seconds * 1000);
    return Array.from({ length: Math.ceil(count / 62) }, () => {
      const run = new ZoomRun(meetings[next++ % meetings.length] ?? "", at(0));
      const people = students.map((id) => ({
        participant_uuid: participantUuid(),
        email: `${id}@bench.test`,
      }));
      return [
        run.started(),
        ...people.map((one, index) => run.joined(one, at(30 + index))),
        ...people.map((one, index) => run.left(one, at(2800 + index))),
        run.ended(at(2900)),
      ];
    })
      .flat()
      .map((event) => {
        const body = JSON.stringify(event);
        return { body, headers: signZoom(body, secret) };
      });
  };
}
