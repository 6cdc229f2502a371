import { type BenchDatabase, startBenchDatabase } from "../bench-database.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread, timed } from "../samples.ts";

const EXPIRING = 1000;
const FEW = 10_000;
const MANY = 1_000_000;
const ROUNDS = 5;

/** Trials that have time left, inserted in bulk and without triggers, because signing up would take an hour. */
async function addTrials({ superuser }: BenchDatabase, count: number): Promise<void> {
  await superuser.query("set session_replication_role = replica");
  for (let made = 0; made < count; made += 100_000) {
    await superuser.query(
      `with made as (
         insert into auth.users (id, email)
         select id, id || '@bench.test' from (select gen_random_uuid() as id from generate_series(1, $1)) fresh returning id, email
       ), profile as (
         insert into public.profiles (id, email, demo_expires_at) select id, email, now() + interval '5 days' from made returning id
       )
       insert into public.user_limits (user_id, max_assistants, max_call_time_seconds) select id, 1, 600 from profile`,
      [Math.min(100_000, count - made)],
    );
  }
  await superuser.query("set session_replication_role = origin");
  await superuser.query("vacuum analyze public.profiles");
  await superuser.query("vacuum analyze public.user_limits");
}

/** Lets a thousand trials end and the job find them, tick by tick, until it finds none; afterwards they are trials again. */
async function expire({ client, superuser }: BenchDatabase): Promise<number> {
  await superuser.query("set session_replication_role = replica");
  const { rows } = await superuser.query<{ id: string }>(
    `update public.profiles set demo_expires_at = now() - interval '1 hour'
     where id in (select id from public.profiles where is_demo limit $1) returning id`,
    [EXPIRING],
  );
  let expired = 0;
  const milliseconds = await timed(async () => {
    for (;;) {
      const tick = await client.query("select private.expire_demos(now()) as count");
      expired += tick.rows[0].count;
      if (tick.rows[0].count === 0) return;
    }
  });
  if (expired !== EXPIRING) throw new Error(`${expired} of ${EXPIRING} trials expired`);
  await superuser.query(
    `update public.profiles set account_status = 'active', expired_at = null, expiry_reason = null, purge_after = null,
       demo_expires_at = now() + interval '5 days' where id = any ($1)`,
    [rows.map(({ id }) => id)],
  );
  await superuser.query("vacuum public.profiles");
  return milliseconds;
}

async function run(say: (line: string) => void): Promise<Row[]> {
  // Two clusters, so that noise on the machine affects both sizes alike.
  const [large, small] = [await startBenchDatabase(false), await startBenchDatabase(false)];
  try {
    await addTrials(small, FEW);
    say("  a million accounts");
    await addTrials(large, MANY);
    const [many = [], few = []] = await inTurn(ROUNDS, [() => expire(large), () => expire(small)]);
    const growth = median(many) / median(few);
    return [
      {
        what: "expiry job, 1,000 of 1,000,000 accounts expire / 1,000 of 10,000",
        budget: "follows the 1,000: ≤ 1.5",
        result: ratio(growth),
        holds: growth <= 1.5,
        sides: `${spread(many, "ms")} / ${spread(few, "ms")}`,
      },
    ];
  } finally {
    await large.stop();
    await small.stop();
  }
}

export default { name: "expiry", run } satisfies Bench;
