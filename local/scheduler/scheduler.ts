import pg from "pg";
import type { LineLog } from "../logs.ts";
import { JobRunner } from "./jobs.ts";
import { RequestSender } from "./requests.ts";

export interface SchedulerOptions {
  databaseUrl: (role: string) => string;
  log: LineLog;
  /** Called on `notify pgrst, 'reload schema'`. */
  reloadSchema: () => Promise<void>;
  /** Which jobs to run and requests to send: both, unless the stack was asked not to. */
  jobs: boolean;
}

/** How often the clock is looked at. The queue is looked at when something is put into it, too. */
const tickMs = 1_000;

/** Does what the workers of pg_cron and pg_net do on the platform, for as long as the stack runs. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #jobs: JobRunner;
  readonly #requests: RequestSender;
  #control: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #work: Promise<void> = Promise.resolve();
  #ticks = 0;
  #isStopped = false;

  constructor(options: SchedulerOptions) {
    const log = (line: string) => options.log.write(line);
    this.#options = options;
    this.#jobs = new JobRunner({ databaseUrl: options.databaseUrl, log });
    this.#requests = new RequestSender(log);
  }

  async start(): Promise<void> {
    await this.#connect();
    this.#timer = setInterval(() => this.#enqueue(), tickMs);
    this.#enqueue();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#requests.stop();
    await this.#work;
    await this.#jobs.stop(2_000);
    await this.#control?.end();
  }

  /** One pass after the other, never two at once. */
  #enqueue(): void {
    this.#work = this.#work.then(() => this.#pass());
  }

  async #pass(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const control = this.#control ?? (await this.#connect());
      if (!this.#options.jobs) return;
      await this.#jobs.tick(control, new Date());
      await this.#requests.tick(control);
      if (this.#ticks++ % 600 === 0) await this.#requests.tidy(control);
    } catch (error) {
      // The database is away; the next pass tries again.
      this.#options.log.write(String(error));
    }
  }

  async #connect(): Promise<pg.Client> {
    const control = new pg.Client({
      connectionString: this.#options.databaseUrl("supabase_admin"),
    });
    const lost = () => {
      if (this.#control === control) this.#control = null;
    };
    control.on("error", lost);
    control.on("end", lost);
    control.on("notification", ({ channel }) => {
      if (channel === "pg_net") this.#enqueue();
      else
        void this.#options
          .reloadSchema()
          .catch((error: unknown) => this.#options.log.write(String(error)));
    });
    try {
      await control.connect();
      await control.query("listen pg_net; listen pgrst");
    } catch (error) {
      control.end().catch(() => {});
      throw error;
    }
    this.#control = control;
    return control;
  }
}
