import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../../supabase/database.types.ts";

/** A typed client of this project's API; whose rights it has depends on who made it. */
export type Db = SupabaseClient<Database>;
