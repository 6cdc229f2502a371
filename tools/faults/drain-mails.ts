import { setTimeout as sleep } from "node:timers/promises";
import type { DrainOptions } from "./drain-options.ts";
import { MailProvider } from "./mail-provider.ts";
import { Probes } from "./probes.ts";
import { query } from "./query.ts";
import { StackProcess } from "./stack-process.ts";

/** A real provider takes about so long. */
const LATENCY_MS = 60;
const BATCH = 2_000;
const REPORT_MS = 60_000;
/** Readers who turn the kind off while their mail waits. */
const TURNED_OFF = 1_000;
const KIND = "demo_2_days";

/** People with a confirmed address, each of whom is told something. */
async function tellPeople(url: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += BATCH) {
    await query(
      url,
      `with people as (
         insert into auth.users (id, email, email_confirmed_at)
         select id, id || '@drain.test', now()
         from (select gen_random_uuid() as id from generate_series(1, $1)) made returning id)
       select count(*) from people`,
      [Math.min(BATCH, count - made)],
    );
  }
  await query(
    url,
    `select count(private.notify(id, '${KIND}', id, jsonb_build_object('demo_expires_at', now())))
     from auth.users where email like '%@drain.test'`,
  );
}

/** Turns the kind off for some whose mail waits, far from its turn, and returns their addresses. */
async function turnOff(url: string, count: number): Promise<string[]> {
  const rows = await query<{ email: string }>(
    url,
    `with waiting as materialized (
       select d.user_id from public.message_deliveries d
       where d.state = 'queued' and d.released_at is null order by d.due_at desc, d.id limit $1)
     select u.email from waiting join auth.users u on u.id = waiting.user_id
     where private.choose_notification(u.id, '${KIND}', 'email', false) is not null`,
    [count],
  );
  return rows.map(({ email }) => email);
}

const statesOf = async (url: string) => {
  const rows = await query<{ state: string; n: number }>(
    url,
    "select coalesce(reason, state::text) as state, count(*)::integer as n from public.message_deliveries group by 1 order by 1",
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};

/** So many mails are due at once, and leave at the rate that their provider allows. */
export async function drainMails(
  folder: string,
  { size, perSecond }: DrainOptions,
): Promise<boolean> {
  const provider = new MailProvider({ latencyMs: () => LATENCY_MS, perSecond });
  await provider.start();
  const stack = new StackProcess(folder, provider.environment);
  try {
    await stack.start();
    const { db_url } = stack.address;
    await query(
      db_url,
      "update private.settings set value = to_jsonb($1::numeric) where name = 'mails_per_second'",
      [perSecond],
    );
    const idle = new Probes(stack);
    await tellPeople(db_url, size);
    const began = Date.now();
    console.log(`drain-mails: ${size} are due; meanwhile ${await idle.end()}`);
    const probes = new Probes(stack);
    let off: string[] = [];
    for (let last = provider.taken; ; ) {
      await sleep(REPORT_MS);
      const states = await statesOf(db_url);
      console.log(
        `drain-mails: ${provider.taken} of ${size} taken, ${((provider.taken - last) / (REPORT_MS / 1000)).toFixed(1)} a second; ${provider.refusedForRate} refused with 429; ${JSON.stringify(states)}`,
      );
      last = provider.taken;
      if (off.length === 0) off = await turnOff(db_url, Math.min(TURNED_OFF, Math.ceil(size / 10)));
      if ((states.queued ?? 0) === 0) break;
    }
    const seconds = (provider.lastTakenAt - began) / 1000;
    const unwanted = off.filter((address) => provider.mailsTo(address) > 0).length;
    console.log(
      `drain-mails: ${provider.taken} mails in ${Math.round(seconds)} s, ${(provider.taken / seconds).toFixed(2)} a second of ${perSecond} allowed; ${provider.refusedForRate} refused with 429; ${off.length} turned the kind off while theirs waited, ${unwanted} of them got it; ${await probes.end()}`,
    );
    return unwanted === 0 && provider.taken === size - off.length && provider.conflicts === 0;
  } finally {
    await stack.stop();
    await provider.stop();
  }
}
