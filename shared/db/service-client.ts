import { createAdminClient } from "@supabase/server/core";
import type { Database } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";

/**
 * A client with the secret key, past RLS: for webhooks and the single steps that docs/architecture.md names. It
 * holds no session, so that one may serve a worker for its life.
 * @throws EnvError when the address or the key is not set
 */
export function serviceDb(): Db {
  return createAdminClient<Database>();
}
