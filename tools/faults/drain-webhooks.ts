import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { DrainOptions } from "./drain-options.ts";
import { describeLateness, isNoLater, type Lateness, latenessOf } from "./lateness.ts";
import { Probes } from "./probes.ts";
import { query } from "./query.ts";
import { StackProcess } from "./stack-process.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

const ENDPOINTS = 1_000;
/** What an endpoint of somebody's takes for an event. */
const LATENCY_MS = 10;
const REPORT_MS = 30_000;
const HANGS = "hangs";
const DUE_AT_SECOND = 50;

/** Endpoints of so many people, one each; the first ones hang. */
async function addEndpoints(url: string, urlOf: (place: string) => string, hanging: number) {
  await query(
    url,
    `with people as (
       insert into auth.users (id, email) select id, id || '@drain.test'
       from (select gen_random_uuid() as id from generate_series(1, $1)) made returning id
     ) select count(*) from people`,
    [ENDPOINTS],
  );
  await query(
    url,
    `with ordered as (select id, row_number() over (order by id) as n from auth.users where email like '%@drain.test'),
     added as (
       insert into public.webhook_endpoints (user_id, url, kinds)
       select id, case when n <= $1 then $2 || n else $3 || n end, array['ticket.created'] from ordered returning id
     ) select count(private.add_webhook_secret(id)) from added`,
    [hanging, urlOf(HANGS), urlOf("place")],
  );
}

/** As many events for each endpoint, in turn, as facts of many accounts come. */
async function publish(url: string, each: number): Promise<void> {
  for (let number = 0; number < each; number++) {
    await query(
      url,
      `select count(private.publish_webhook(user_id, 'ticket.created', $1, now(), '{"ticket_number": "T-1"}'))
       from public.webhook_endpoints`,
      [`event ${number}`],
    );
  }
}

/** The worker comes with the minute, so what is compared becomes due at the same second of one. */
async function untilSecond(second: number): Promise<void> {
  const into = Date.now() % 60_000;
  await sleep((second * 1_000 - into + 60_000) % 60_000);
}

const attemptsAt = async (url: string, hanging: boolean) => {
  const [row] = await query<{ pending: number; timeouts: number }>(
    url,
    `select count(*) filter (where d.state = 'pending')::integer as pending,
       count(*) filter (where d.last_error is not null)::integer as timeouts
     from public.webhook_deliveries d join public.webhook_endpoints e on e.id = d.endpoint_id
     where (e.url like '%/${HANGS}%') = $1`,
    [hanging],
  );
  return row ?? { pending: 0, timeouts: 0 };
};

interface Drain {
  readonly folder: string;
  /** How many are due at each endpoint. */
  readonly each: number;
  readonly hanging: number;
}

interface Drained {
  readonly lateness: Lateness;
  readonly isWhole: boolean;
}

/** Has a stack of its own drain what is due at once, and says how late it came to the endpoints that answer. */
async function drain({ folder, each, hanging }: Drain): Promise<Drained> {
  const name = hanging === 0 ? "none hangs" : `${hanging} hang`;
  const say = (words: string) => console.log(`drain-webhooks: ${name}: ${words}`);
  const receiver = new WebhookReceiver({
    latencyMs: () => LATENCY_MS,
    isHanging: (place) => place.startsWith(HANGS),
  });
  await receiver.start();
  const stack = new StackProcess(folder);
  try {
    await stack.start();
    const { db_url: url } = stack.address;
    const wanted = each * (ENDPOINTS - hanging);
    await addEndpoints(url, (place) => receiver.urlOf(place), hanging);
    // The worker comes while they are being recorded, so nothing is due yet.
    await query(url, "update public.webhook_endpoints set retry_at = 'infinity'");
    await publish(url, each);
    await untilSecond(DUE_AT_SECOND);
    await query(url, "update public.webhook_endpoints set retry_at = null");
    const due = Date.now();
    const probes = new Probes(stack);
    for (let last = 0; receiver.events < wanted; last = receiver.events) {
      await sleep(REPORT_MS);
      const { pending } = await attemptsAt(url, false);
      say(
        `${receiver.events} of ${wanted} came, ${((receiver.events - last) / (REPORT_MS / 1000)).toFixed(0)} a second; ${pending} wait at endpoints that answer`,
      );
      if (pending === 0) break;
    }
    const lateness = latenessOf(receiver.cameAt.map((at) => at - due));
    const hung = await attemptsAt(url, true);
    say(
      `${receiver.events} came, ${receiver.repetitions} twice, ${describeLateness(lateness)}; ${hung.timeouts} tries hung and ${hung.pending} deliveries wait for their endpoints; ${await probes.end()}`,
    );
    return {
      lateness,
      isWhole: receiver.events === wanted && hung.pending === each * hanging,
    };
  } finally {
    await stack.stop();
    await receiver.stop();
  }
}

/**
 * So many deliveries to a thousand endpoints are due at once, of which some hang. Beside it another stack drains the
 * same while none hangs, so that both share the machine's moods: those that hang must not make the others later.
 */
export async function drainWebhooks(
  folder: string,
  { size, hanging }: DrainOptions,
): Promise<boolean> {
  const each = Math.ceil(size / ENDPOINTS);
  const drainBeside = async (count: number) => {
    const own = join(folder, String(count));
    await mkdir(own);
    return await drain({ folder: own, each, hanging: count });
  };
  const [beside, without] = await Promise.all([drainBeside(hanging), drainBeside(0)]);
  const isOnTime = isNoLater(beside.lateness, without.lateness);
  console.log(
    `drain-webhooks: those that answer were ${isOnTime ? "not later" : "LATER"} beside ${hanging} that hang`,
  );
  return isOnTime && beside.isWhole && without.isWhole;
}
