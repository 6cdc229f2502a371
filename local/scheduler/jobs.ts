import pg from "pg";
import { isDue } from "./due.ts";

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  username: string;
  database: string;
}

export interface JobRunnerOptions {
  databaseUrl: (role: string) => string;
  log: (line: string) => void;
}

/** Runs the rows of `cron.job` as pg_cron does: as the job's user, one run of a job at a time, each one recorded. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  /** When each job was last found due; a job seen for the first time counts from then. */
  readonly #since = new Map<string, Date>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  /** Starts what is due at `now` and is not running. */
  async tick(control: pg.Client, now: Date): Promise<void> {
    const exists = await control.query("select where to_regclass('cron.job') is not null");
    if (exists.rowCount === 0) return;
    const jobs = await control.query<Job>(
      "select jobid::text, schedule, command, username, database from cron.job where active",
    );
    for (const job of jobs.rows) {
      const since = this.#since.get(job.jobid);
      if (since === undefined) this.#since.set(job.jobid, now);
      if (since === undefined || this.#running.has(job.jobid)) continue;
      if (!this.#isDue(job, since, now)) continue;
      this.#since.set(job.jobid, now);
      const run = this.#run(job)
        .catch((error: unknown) => this.#options.log(`job ${job.jobid}: ${String(error)}`))
        .finally(() => this.#running.delete(job.jobid));
      this.#running.set(job.jobid, run);
    }
  }

  /** Waits for the runs under way, but not for long: what is left fails when the database stops. */
  async stop(patienceMs: number): Promise<void> {
    await Promise.race([
      Promise.allSettled(this.#running.values()),
      new Promise((resolve) => setTimeout(resolve, patienceMs).unref()),
    ]);
  }

  #isDue(job: Job, since: Date, now: Date): boolean {
    try {
      return isDue(job.schedule, since, now);
    } catch (error) {
      this.#options.log(`job ${job.jobid}: ${String(error)}`);
      return false;
    }
  }

  async #run(job: Job): Promise<void> {
    const recorder = new pg.Client({
      connectionString: this.#options.databaseUrl("supabase_admin"),
    });
    const client = new pg.Client({ connectionString: this.#options.databaseUrl(job.username) });
    for (const each of [recorder, client]) each.on("error", () => {});
    try {
      await recorder.connect();
      const begun = await recorder.query<{ runid: string }>(
        `insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
         values ($1, $2, $3, $4, $5, 'running', clock_timestamp()) returning runid::text`,
        [job.jobid, process.pid, job.database, job.username, job.command],
      );
      let status = "succeeded";
      let message: string;
      try {
        await client.connect();
        const result: pg.QueryResult | pg.QueryResult[] = await client.query(job.command);
        const last = Array.isArray(result) ? result.at(-1) : result;
        message = `${last?.command ?? ""} ${last?.rowCount ?? ""}`.trim();
      } catch (error) {
        status = "failed";
        message = error instanceof Error ? `ERROR: ${error.message}` : String(error);
        this.#options.log(`job ${job.jobid} (${job.command}): ${message}`);
      }
      await recorder.query(
        "update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1",
        [begun.rows[0]?.runid, status, message],
      );
    } finally {
      await Promise.allSettled([client.end(), recorder.end()]);
    }
  }
}
