import { join } from "node:path";
import { type Cluster, superuser } from "switchboard-audit/postgres";
import { type Api, createApi } from "./api/api.ts";
import { bringUp } from "./bring-up.ts";
import { builtConsole } from "./console/build.ts";
import { ConsoleSite } from "./console/site.ts";
import { openDataFolder } from "./data-folder.ts";
import { demoPassword, demoPeople } from "./demo-people.ts";
import type { StackError } from "./errors.ts";
import { functionEnvironment } from "./functions/environment.ts";
import { FunctionHost } from "./functions/host.ts";
import { Contract } from "./gateway/contract.ts";
import { Gateway } from "./gateway/gateway.ts";
import { Tokens } from "./gateway/tokens.ts";
import { type LineLog, openLog } from "./logs.ts";
import { authMail, openMailbox } from "./mail/local-provider.ts";
import { openCluster } from "./open-cluster.ts";
import { keepRunning } from "./postgres/keep-running.ts";
import { templateFolder } from "./postgres/template.ts";
import { projectRoot, readProjectConfig } from "./project.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { createStorage } from "./storage/create-storage.ts";
import { writeVaultEntries } from "./vault.ts";

export interface StackOptions {
  /** The data folder; made when it is missing. */
  data: string;
  /** 0 takes any free one. */
  port: number;
  /** Demo data, once; default true. */
  seed?: boolean;
  /** Scheduled jobs and queued requests; default true. */
  scheduler?: boolean;
  /** More environment for the functions, over the stack's own. */
  functionsEnv?: Record<string, string>;
  /** Starts the functions in the background once ready; default true. */
  warm?: boolean;
  /** False for throw-away stacks: no fsync. Default true. */
  durable?: boolean;
  /** Whether the console is served, and built where it is not yet; default false. */
  console?: boolean;
  /** Whether answers are held to the project's `docs/openapi.json`, where it has one; default true. */
  holdsContract?: boolean;
  /** The project to run: the folder that has `supabase/` and `deno.json`; default this one. */
  root?: string;
  /** Progress, a line each; also what happens to a running stack. */
  log?: (line: string) => void;
  /** Called when a running stack cannot go on: it is to be stopped. */
  onFailure?: (error: StackError) => void;
}

/** A running stack. */
export interface Stack {
  /** The gateway, without a trailing slash. */
  url: string;
  publishable_key: string;
  secret_key: string;
  /** As `postgres`, which is no superuser. */
  db_url: string;
  /** Sign deliveries to the webhooks. */
  secrets: { zoom: string; vapi: string };
  /** Takes the database away and brings it back on the same port, as an outage does. */
  database: { stop(): Promise<void>; start(): Promise<void> };
  /** The folder with `postgres.log`, `api.log`, `functions.log`, `scheduler.log`. */
  logs: string;
  stop(): Promise<void>;
}

/**
 * Starts everything; resolves when the first request can be answered. Throws a {@link StackError} for what a
 * person can mend; whatever had been started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const closers: (() => unknown)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await start(options, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: StackOptions,
  closers: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const log = options.log ?? (() => {});
  const root = options.root ?? projectRoot;
  const config = readProjectConfig(root);
  const data = await openDataFolder(options.data);
  closers.push(() => data.release());
  const { keys } = data;
  const logFor = (name: string): LineLog => {
    const file = openLog(join(data.logs, `${name}.log`));
    closers.push(() => file.close());
    return file;
  };

  const apiLog = logFor("api");
  const contract = options.holdsContract === false ? null : Contract.of(root);
  const gateway = new Gateway({ keys, config, root, log: apiLog, contract });
  await gateway.listen(options.port);
  closers.push(() => gateway.close(2_000));

  // It is built while the database starts; a failure is told where it is waited for.
  const building = options.console === true ? builtConsole(log) : null;
  building?.catch(() => {});

  // The databases of other projects are not worth keeping.
  const template = root === projectRoot ? templateFolder() : null;
  const cluster: Cluster = await openCluster(data, {
    isDurable: options.durable ?? true,
    template: template ?? undefined,
    onLost: () => lost(),
  });
  closers.push(() => cluster.stop());
  const lost = keepRunning({ cluster, say: log, onFailure: options.onFailure ?? (() => {}) });
  await bringUp({
    cluster,
    password: keys.database_password,
    template,
    data: data.root,
    root,
    seed: options.seed ?? true,
    source: "migrations",
    log,
  });
  await writeVaultEntries(cluster.url(superuser), {
    switchboard_functions_url: `${gateway.url}/functions/v1`,
    switchboard_secret_key: keys.secret_key,
    switchboard_loopback_webhooks: "allowed",
  });

  log("Starting the API");
  const databaseUrl = (role: string) => cluster.url(role);
  const publicUrl = () => gateway.url;
  const mail = () => authMail(keys, gateway.url);
  const api: Api = await createApi({ keys, config, databaseUrl, publicUrl, mail, log: apiLog });
  closers.push(() => api.close());
  const storage = createStorage({
    databaseUrl: cluster.url("supabase_storage_admin"),
    root: data.storage,
    jwtSecret: keys.jwt_secret,
    publicUrl,
  });
  closers.push(() => storage.close());
  const functions = new FunctionHost({
    root,
    importMap: join(data.root, "import-map.json"),
    env: {
      ...functionEnvironment({
        keys,
        url: gateway.url,
        databaseUrl: cluster.url("postgres"),
        keySet: new Tokens(keys).keySet(),
      }),
      ...options.functionsEnv,
    },
    log: logFor("functions"),
  });
  closers.push(() => functions.close());
  const folder = await building;
  const { publishable_key } = keys;
  const demo = options.seed === false ? {} : { people: demoPeople, password: demoPassword };
  const site =
    folder === null
      ? null
      : new ConsoleSite(folder, { url: gateway.url, publishable_key, ...demo });
  const sayToLog = (line: string) => apiLog.write(line);
  const mailbox = openMailbox(keys, gateway.url, join(data.root, "mails.ndjson"), sayToLog);
  gateway.serve({ api, storage, functions, mailbox, console: site });

  const scheduler = new Scheduler({
    databaseUrl,
    log: logFor("scheduler"),
    reloadSchema: api.reloadSchema,
    jobs: options.scheduler ?? true,
  });
  await scheduler.start();
  closers.push(() => scheduler.stop());
  // Requests under way are answered while their backends still run.
  closers.push(() => gateway.close(2_000));
  if (options.warm ?? true) functions.warm().catch((error: unknown) => log(String(error)));

  return {
    url: gateway.url,
    publishable_key: keys.publishable_key,
    secret_key: keys.secret_key,
    db_url: cluster.url("postgres"),
    secrets: keys.secrets,
    database: { stop: () => cluster.stop(), start: () => cluster.start() },
    logs: data.logs,
    stop,
  };
}
