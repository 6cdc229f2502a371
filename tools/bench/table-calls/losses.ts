import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Stack } from "../../../local/stack.ts";
import { signVapi, VapiCall } from "../../simulate/vapi.ts";
import { participantUuid, signZoom, ZoomRun } from "../../simulate/zoom.ts";
import { vapiAccounts, zoomMeetings } from "../deliveries.ts";
import { copyPeople, signIn } from "./people.ts";

/** What is left in the database after many came at once. */
export interface Loss {
  readonly what: string;
  readonly right: string;
  readonly ours: string;
  readonly theirs: string;
}

const AT_ONCE = 20;
const SECONDS = 73;

interface Side {
  readonly vapi: string;
  readonly zoom: string;
  /** Makes an assistant for whoever is signed in. */
  readonly assistants: { url: string; body: string };
  /** Each query takes a user or a meeting and answers with one text. */
  readonly reports: string;
  readonly sessions: string;
  readonly made: string;
}

const sides = (stack: Stack): readonly Side[] => {
  const at = (name: string) => `${stack.url}/functions/v1/${name}`;
  return [
    {
      vapi: at("vapi-webhook"),
      zoom: at("zoom-webhook"),
      assistants: { url: `${stack.url}/rest/v1/assistants`, body: '{"name": "Desk"}' },
      reports: `select (select count(*) from public.usage_logs where user_id = $1 and call_time_change_seconds <> 0) || ' entries, '
        || (select used_call_time_seconds from public.user_limits where user_id = $1) || ' s' as found`,
      sessions: `select count(*) || ' rows, ' || count(*) filter (where p.leave_time is null) || ' open' as found
        from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id where i.meeting_id = $1`,
      made: "select count(*) || ' made' as found from public.assistants where user_id = $1",
    },
    {
      vapi: at("bench-plain-vapi"),
      zoom: at("bench-plain-zoom"),
      assistants: { url: at("bench-plain-limits"), body: "" },
      reports: `select (select count(*) from public.plain_usage_logs where user_id = $1) || ' entries, '
        || (select round(seconds_used) from public.plain_limits where user_id = $1) || ' s' as found`,
      sessions: `select count(*) || ' rows, ' || count(*) filter (where p.leave_time is null) || ' open' as found
        from public.plain_participants p join public.plain_classes c on c.id = p.class_id where c.meeting_id = $1`,
      made: "select count(*) || ' made' as found from public.plain_assistants where user_id = $1",
    },
  ];
};

/** Sends, and again after a 503, as providers do. */
async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, { method: "POST", headers, body });
    await response.text();
    if (response.status !== 503) return;
    if (tries === 10) throw new Error(`${url} answers 503 ten times`);
    await sleep(500);
  }
}

/** Deliveries that met a lock are stored, and applied a second later by whoever deferred them. */
async function waitForDeferred(client: pg.Client): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const { rowCount } = await client.query(
      "select from public.webhook_events where status in ('received', 'failed') limit 1",
    );
    if (rowCount === 0) return;
  }
  throw new Error("deliveries wait for longer than a minute");
}

/** Does the same to both sides, and reads what each has of it. */
export async function countLosses(client: pg.Client, stack: Stack): Promise<Loss[]> {
  const found = async (sql: string, value: string) => {
    await waitForDeferred(client);
    return (await client.query<{ found: string }>(sql, [value])).rows[0]?.found ?? "nothing";
  };
  const of = async (
    what: string,
    right: string,
    trial: (side: Side) => Promise<string>,
  ): Promise<Loss> => {
    const [ours = "", theirs = ""] = await Promise.all(sides(stack).map(trial));
    return { what, right, ours, theirs };
  };

  const reportsAtOnce = async (side: Side, calls: number) => {
    const [assistantId = ""] = await vapiAccounts(client, 1);
    const userId = assistantId.slice("va-".length);
    await copyPeople(client);
    const startedAt = new Date(Date.now() - 300_000);
    const different = Array.from({ length: calls }, () =>
      JSON.stringify(new VapiCall({ assistantId, startedAt }).report({ seconds: SECONDS })),
    );
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const body = different[index % calls] ?? "";
        return post(side.vapi, body, signVapi(body, stack.secrets.vapi));
      }),
    );
    return await found(side.reports, userId);
  };

  const atOneMeeting = async (
    side: Side,
    send: (run: ZoomRun, deliver: (event: object) => Promise<void>) => Promise<void>,
  ) => {
    const meeting = String(81_000_000_000 + Math.floor(Math.random() * 1_000_000_000));
    await zoomMeetings(client, 1, [], () => meeting);
    await copyPeople(client);
    const run = new ZoomRun(meeting, new Date(Date.now() - 600_000));
    await send(run, (event) => {
      const body = JSON.stringify(event);
      return post(side.zoom, body, signZoom(body, stack.secrets.zoom));
    });
    return await found(side.sessions, meeting);
  };

  const somebody = () => ({ participant_uuid: participantUuid(), email: `${randomUUID()}@x.test` });
  const joinedAt = new Date(Date.now() - 500_000);

  return [
    await of(`${AT_ONCE} identical reports of a call`, `1 entries, ${SECONDS} s`, (side) =>
      reportsAtOnce(side, 1),
    ),
    await of(
      `${AT_ONCE} reports of ${AT_ONCE} calls of one account`,
      `${AT_ONCE} entries, ${AT_ONCE * SECONDS} s`,
      (side) => reportsAtOnce(side, AT_ONCE),
    ),
    await of(`${AT_ONCE} identical joins`, "1 rows, 1 open", (side) =>
      atOneMeeting(side, async (run, deliver) => {
        const event = run.joined(somebody(), joinedAt);
        await Promise.all(Array.from({ length: AT_ONCE }, () => deliver(event)));
      }),
    ),
    await of("a leave that comes before its join", "1 rows, 0 open", (side) =>
      atOneMeeting(side, async (run, deliver) => {
        const one = somebody();
        await deliver(run.left(one, new Date(joinedAt.getTime() + 60_000)));
        await deliver(run.joined(one, joinedAt));
      }),
    ),
    await of("50 assistants of an account that may have one", "1 made", async (side) => {
      const person = await signIn(client, stack);
      await copyPeople(client);
      const { url, body } = side.assistants;
      await Promise.all(Array.from({ length: 50 }, () => post(url, body, person.headers)));
      return await found(side.made, person.id);
    }),
  ];
}
