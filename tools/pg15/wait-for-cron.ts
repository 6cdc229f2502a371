import { withClient } from "../../local/with-client.ts";

/** A run that both sides recorded. */
export interface CronRun {
  job_name: string;
  status: string;
  rows_touched: number | null;
}

/**
 * Waits until real pg_cron has run a job of ours: `cron.job_run_details` (theirs) and `private.job_runs` (ours)
 * have to agree on it. Throws when none did within the time.
 */
export async function waitForCron(superuserUrl: string, seconds: number): Promise<CronRun> {
  return withClient(superuserUrl, async (client) => {
    for (const end = Date.now() + seconds * 1_000; Date.now() < end; ) {
      const { rows } = await client.query<CronRun>(
        `select ours.job_name, theirs.status, ours.rows_touched
         from cron.job_run_details theirs
         join cron.job on job.jobid = theirs.jobid
         join private.job_runs ours on ours.job_name = job.jobname
           and ours.started_at >= theirs.start_time and ours.ended_at <= theirs.end_time + interval '1 second'
         where ours.error is null`,
      );
      const run = rows[0];
      if (run) return run;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    const { rows } = await client.query("select * from cron.job_run_details limit 5");
    throw new Error(
      `pg_cron ran no job of ours in ${seconds} s; its own record: ${JSON.stringify(rows)}`,
    );
  });
}
