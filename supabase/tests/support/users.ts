import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import WebSocket from "ws";
import { makeConfirmedUser } from "../../../tools/confirmed-user.ts";
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

/** A new user who signs in over HTTP, with a role from the database. Sign-up has tests of its own. */
export async function createUser(role: UserRole = "member", name = "Test User"): Promise<TestUser> {
  const client = anonymousClient();
  const { id, email, password } = await makeConfirmedUser(sql, name);
  if (role !== "member")
    await sql("update public.profiles set role = $2 where id = $1", [id, role]);
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw error;
  return { id, email, token: data.session.access_token, client };
}
