import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import WebSocket from "ws";
import type { Database } from "../../database.types.ts";
import { sql } from "./database.ts";
import { testStack } from "./resources.ts";

export type UserRole = Database["public"]["Enums"]["user_role"];

/** A signed-up user with a client that carries their token. */
export interface TestUser {
  id: string;
  email: string;
  token: string;
  client: SupabaseClient<Database>;
}

// supabase-js on Node 20 has no WebSocket of its own.
export const realtime = { transport: WebSocket as unknown as typeof globalThis.WebSocket };
const auth = { persistSession: false, autoRefreshToken: false };

/** A client without a user, as a page has it before anybody signs in. */
export function anonymousClient(): SupabaseClient<Database> {
  const { url, publishable_key } = testStack();
  return createClient<Database>(url, publishable_key, { auth, realtime });
}

/** A client with the secret key, as a back office has it; at another address when one is given. */
export function serviceClient(url = testStack().url): SupabaseClient<Database> {
  const { secret_key } = testStack();
  return createClient<Database>(url, secret_key, { auth, realtime });
}

/**
 * A new user who signs in over HTTP, with a role from the database. Sign-up would cost a tenth of a second of hashing for
 * each; it has tests of its own.
 */
export async function createUser(role: UserRole = "member", name = "Test User"): Promise<TestUser> {
  const client = anonymousClient();
  const [id, email, password] = [randomUUID(), `${randomUUID()}@example.com`, randomUUID()];
  await sql(
    `insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
     values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', $2, extensions.crypt($3, extensions.gen_salt('bf', 4)), now(),
       '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', $4::text))`,
    [id, email, password, name],
  );
  if (role !== "member")
    await sql("update public.profiles set role = $2 where id = $1", [id, role]);
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw error;
  return { id, email, token: data.session.access_token, client };
}
