import { randomUUID } from "node:crypto";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { inject } from "vitest";
import WebSocket from "ws";
import type { Database } from "../../database.types.ts";
import { sql } from "./database.ts";

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
  const { url, publishable_key } = inject("stack");
  return createClient<Database>(url, publishable_key, { auth, realtime });
}

/** A client with the secret key, as a back office has it; at another address when one is given. */
export function serviceClient(url = inject("stack").url): SupabaseClient<Database> {
  const { secret_key } = inject("stack");
  return createClient<Database>(url, secret_key, { auth, realtime });
}

/** Signs a new user up over HTTP and gives them a role in the database. */
export async function createUser(role: UserRole = "member", name = "Test User"): Promise<TestUser> {
  const client = anonymousClient();
  const email = `${randomUUID()}@example.com`;
  const { data, error } = await client.auth.signUp({
    email,
    password: randomUUID(),
    options: { data: { full_name: name } },
  });
  if (error || !data.user || !data.session) throw error ?? new Error("sign-up gave no session");
  if (role !== "member") {
    await sql("update public.profiles set role = $2 where id = $1", [data.user.id, role]);
  }
  return { id: data.user.id, email, token: data.session.access_token, client };
}
