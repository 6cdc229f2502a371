import { setTimeout as sleep } from "node:timers/promises";
import type { DrainOptions } from "./drain-options.ts";
import { Probes } from "./probes.ts";
import { query } from "./query.ts";
import { StackProcess } from "./stack-process.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

const ENDPOINTS = 1_000;
/** What an endpoint of somebody's takes for an event. */
const LATENCY_MS = 10;
const REPORT_MS = 30_000;
const HANGS = "hangs";

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

/** So many deliveries to a thousand endpoints are due at once, of which some endpoints hang. */
export async function drainWebhooks(
  folder: string,
  { size, hanging }: DrainOptions,
): Promise<boolean> {
  const receiver = new WebhookReceiver({
    latencyMs: () => LATENCY_MS,
    isHanging: (place) => place.startsWith(HANGS),
  });
  await receiver.start();
  const stack = new StackProcess(folder);
  try {
    await stack.start();
    const { db_url } = stack.address;
    const each = Math.ceil(size / ENDPOINTS);
    const wanted = each * (ENDPOINTS - hanging);
    await addEndpoints(db_url, (place) => receiver.urlOf(place), hanging);
    // The worker comes while they are being recorded, so nothing is due yet.
    await query(db_url, "update public.webhook_endpoints set retry_at = 'infinity'");
    await publish(db_url, each);
    await query(db_url, "update public.webhook_endpoints set retry_at = null");
    const began = Date.now();
    const probes = new Probes(stack);
    console.log(
      `drain-webhooks: ${each * ENDPOINTS} are due to ${ENDPOINTS} endpoints, of which ${hanging} hang`,
    );
    for (let last = 0; ; last = receiver.events) {
      await sleep(REPORT_MS);
      const { pending } = await attemptsAt(db_url, false);
      console.log(
        `drain-webhooks: ${receiver.events} of ${wanted} delivered, ${((receiver.events - last) / (REPORT_MS / 1000)).toFixed(0)} a second; ${pending} wait at endpoints that answer`,
      );
      if (pending === 0) break;
    }
    const seconds = (receiver.lastCameAt - began) / 1000;
    const hung = await attemptsAt(db_url, true);
    console.log(
      `drain-webhooks: ${receiver.events} delivered in ${Math.round(seconds)} s, ${(receiver.events / seconds).toFixed(0)} a second, ${receiver.repetitions} twice; ${hung.timeouts} tries hung and ${hung.pending} deliveries wait for their endpoints; ${await probes.end()}`,
    );
    return receiver.events === wanted && hung.pending === each * hanging;
  } finally {
    await stack.stop();
    await receiver.stop();
  }
}
