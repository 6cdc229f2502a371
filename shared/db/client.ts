import { createAdminClient } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/** A typed client of this project's API; whose rights it has depends on who made it. */
export type Db = SupabaseClient<Database>;

/**
 * A client with the secret key, past RLS: for webhooks and the single steps that docs/architecture.md names. It
 * holds no session, so that one may serve a worker for its life.
 * @throws EnvError when the address or the key is not set
 */
export function serviceDb(): Db {
  return createAdminClient<Database>();
}
