import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { type Database, type Switchboard, switchboard } from "switchboard-client";
import type { Config } from "./config.ts";

/** What the pages talk to. */
interface Backend {
  readonly config: Config;
  /** Sessions and tables. Realtime and Storage are not part of the console. */
  readonly supabase: Pick<SupabaseClient<Database>, "auth" | "from">;
  /** Endpoints and functions. */
  readonly api: Switchboard;
}

let connected: Backend | null = null;

/** Names the project that the pages talk to, once, before anything is shown. */
export function connect(config: Config): void {
  const supabase = createClient<Database>(config.url, config.publishable_key);
  connected = { config, supabase, api: switchboard(supabase, { retries: 1, maxWait: 5 }) };
}

export function backend(): Backend {
  if (connected === null) throw new Error("The console is not connected to a project.");
  return connected;
}
