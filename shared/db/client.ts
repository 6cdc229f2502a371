import { createAdminClient } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A typed client of this project's API; whose rights it has depends on who made it. */
export type Db = SupabaseClient<Database>;

let service: Db | undefined;

/**
 * The client with the secret key, past RLS: for webhooks, maintenance and the single named steps of design §1.8.
 * One for the life of the worker: it holds no session.
 * @throws EnvError when the address or the key is not set
 */
export function serviceDb(): Db {
  service ??= createAdminClient<Database>();
  return service;
}
