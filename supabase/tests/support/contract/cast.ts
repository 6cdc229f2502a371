import { randomBytes } from "node:crypto";
import { participantUuid, ZoomRun } from "../../../../tools/simulate/zoom.ts";
import { announce, closeTicket, sample } from "../attachments.ts";
import { sql } from "../database.ts";
import { openTicket, reply } from "../desk.ts";
import { testStack } from "../resources.ts";
import { createUser, type TestUser } from "../users.ts";
import { callTo, createTenant, tellVapi } from "../vapi.ts";
import { newMeetingId, scheduleClass, tellZoom } from "../zoom.ts";
import { teachZoom } from "../zoom-cloud.ts";
import type { Ids } from "./inputs.ts";

/** Somebody who calls, by the headers that they send. */
export interface Caller {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Cast {
  readonly people: Readonly<
    Record<"customer" | "tenant" | "teacher" | "student" | "agent" | "admin", TestUser>
  >;
  readonly callers: readonly Caller[];
  readonly ids: Ids;
}

export function signedIn(name: string, { token }: TestUser): Caller {
  const { publishable_key } = testStack();
  return { name, headers: { apikey: publishable_key, authorization: `Bearer ${token}` } };
}

async function barred(status: "suspended" | "closing" | "expired"): Promise<TestUser> {
  const { user } = await createTenant();
  await openTicket(user);
  await sql(
    `update public.profiles set account_status = $2::public.account_status,
       expired_at = case when $2 = 'expired' then now() end, expiry_reason = case when $2 = 'expired' then 'time'::public.expiry_reason end
     where id = $1`,
    [user.id, status],
  );
  return user;
}

const ids = async (query: string, values: unknown[]) =>
  (await sql<{ id: string }>(query, values)).map(({ id }) => id);

/** A class that was held an hour ago, with people in it and a recording, and one that is being held. */
async function holdClasses(teacher: TestUser, student: TestUser) {
  const past = new ZoomRun(newMeetingId(), new Date(Date.now() - 3_600_000));
  const live = new ZoomRun(newMeetingId(), new Date());
  const [ended, running] = [past, live].map((run) =>
    scheduleClass(teacher, [student], run.meetingId, run.startedAt),
  );
  const classes = await Promise.all([ended, running]);
  await teachZoom({ meetings: [{ id: live.meetingId, is_live: true }] });
  const at = (minutes: number) => new Date(past.startedAt.getTime() + minutes * 60_000);
  const known = { participant_uuid: participantUuid(), user_name: "S", email: student.email };
  const guest = { participant_uuid: participantUuid(), user_name: "iPhone" };
  const file = { id: randomBytes(8).toString("hex"), file_type: "MP4", file_size: 1_000 };
  const events = [
    past.opened({ name: "T", email: teacher.email }),
    past.started(),
    past.joined(known, at(1)),
    past.joined(guest, at(2)),
    past.left(known, at(30)),
    past.ended(at(40)),
    past.recorded([file], { from: at(0), to: at(40) }, at(41)),
    live.opened({ name: "T", email: teacher.email }),
    live.started(),
  ];
  for (const event of events) await tellZoom(event);
  return {
    class: classes.filter((id) => id !== undefined),
    participant: await ids(
      `select p.id from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id
       where i.meeting_id = $1`,
      [past.meetingId],
    ),
    event: await ids("select id from public.webhook_events where payload like '%' || $1 || '%'", [
      past.meetingId,
    ]),
  };
}

/** A tenant with calls. */
async function takeCalls() {
  const tenant = await createTenant();
  const ended = callTo(tenant, new Date(Date.now() - 600_000));
  const running = callTo(tenant, new Date());
  await tellVapi(ended.status("in-progress", 1));
  await tellVapi(ended.report({ seconds: 61 }));
  await tellVapi(running.status("in-progress", 1));
  const call = await ids("select id from public.call_logs where user_id = $1", [tenant.user.id]);
  return { tenant, call };
}

/** Webhook endpoints of somebody, more than a walk can delete, each with a delivery. */
async function addWebhooks(owner: TestUser) {
  const endpoint = await ids(
    `insert into public.webhook_endpoints (user_id, url, kinds)
       select $1, 'https://hooks.invalid.example.com/', '{ticket.created}' from generate_series(1, 40) returning id`,
    [owner.id],
  );
  const delivery = await ids(
    `insert into public.webhook_deliveries (endpoint_id, user_id, event_id, kind, occurred_at, data)
       select id, $1, gen_random_uuid(), 'ticket.created', now(), '{}' from public.webhook_endpoints where user_id = $1 returning id`,
    [owner.id],
  );
  return { endpoint, delivery };
}

/** Tickets of a customer: open with a conversation and files, and closed. */
async function openTickets(owner: TestUser, agent: TestUser) {
  const [open, closed, foreign] = [
    await openTicket(owner),
    await openTicket(owner),
    await openTicket(agent),
  ];
  const answers = await Promise.all([
    reply(owner, { ticket_id: open, body: "Still broken." }),
    reply(agent, { ticket_id: open, body: "We are looking." }),
    reply(agent, { ticket_id: open, body: "A customer of ours.", internal: true }),
  ]);
  for (const each of answers) await each.body?.cancel();
  await closeTicket(owner, closed);
  const announced: { attachment_id: string } = await (
    await announce(owner, open, sample("image/png"))
  ).json();
  return {
    ticket: [open, open, closed, foreign],
    attachment: [announced.attachment_id],
    message: await ids("select id from public.ticket_messages where ticket_id = $1", [open]),
  };
}

/** Everybody who may call, and what there is to ask for. */
export async function assemble(): Promise<Cast> {
  const [owner, teacher, student, agent, admin, victim, other] = await Promise.all([
    createUser(),
    createUser("teacher"),
    createUser(),
    createUser("agent"),
    createUser("admin"),
    createUser(),
    createUser(),
  ]);
  const [suspended, expired, closing] = await Promise.all([
    barred("suspended"),
    barred("expired"),
    barred("closing"),
  ]);
  const [{ tenant, call }, classes, tickets] = await Promise.all([
    takeCalls(),
    holdClasses(teacher, student),
    openTickets(owner, agent),
  ]);
  const webhooks = await addWebhooks(owner);
  const { publishable_key, secret_key } = testStack();
  return {
    people: { customer: owner, tenant: tenant.user, teacher, student, agent, admin },
    callers: [
      { name: "nobody", headers: {} },
      { name: "anonymous", headers: { apikey: publishable_key } },
      {
        name: "forger",
        headers: { apikey: publishable_key, authorization: "Bearer e30.e30.c2lnbmVk" },
      },
      signedIn("customer", owner),
      signedIn("tenant", tenant.user),
      signedIn("suspended", suspended),
      signedIn("expired", expired),
      signedIn("closing", closing),
      signedIn("teacher", teacher),
      signedIn("student", student),
      signedIn("agent", agent),
      signedIn("admin", admin),
      { name: "secret key", headers: { apikey: secret_key } },
      {
        name: "secret key as supabase-js sends it",
        headers: { apikey: secret_key, authorization: `Bearer ${secret_key}` },
      },
    ],
    ids: {
      ...tickets,
      ...webhooks,
      in_reply_to: tickets.message,
      saved_reply: await ids(
        "insert into public.saved_replies (title, body) values ($1, 'Dear {{customer_name}}') returning id",
        [owner.id],
      ),
      // More than a walk can decide on.
      mail: await ids(
        `insert into public.received_mails (provider_id, received_at, state, reason, settled_at, words)
           select gen_random_uuid()::text, now(), 'held', 'unknown_sender', now(), 'A question' from generate_series(1, $1) returning id`,
        [80],
      ),
      ...classes,
      student_ids: [student.id, other.id],
      call,
      assistant: [tenant.assistantId],
      "phone-numbers": [tenant.phoneNumberId],
      // Nobody who calls: the walk changes what they are.
      user: [victim.id, other.id],
      profile: [student.id, victim.id],
      task: await ids(
        `insert into public.tasks (kind, resource_id, user_id, dead_at) select 'delete_vapi_assistant', gen_random_uuid()::text, $1, now()
           from generate_series(1, 4) returning id`,
        [tenant.user.id],
      ),
    },
  };
}
