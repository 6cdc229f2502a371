import { createClient, SupabaseClient } from "jsr:@supabase/supabase-js@2";

export type Admin = SupabaseClient;

export function adminClient(): Admin {
  return createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
}

export async function save<T extends object>(db: Admin, table: string, rows: T) {
  const { error } = await db.from(table).insert(rows);
  if (error) throw error;
}
