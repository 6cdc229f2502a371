import type pg from "pg";
import type { Client } from "./two-connections.ts";

/** Runs a statement as the API does for a user, in its own transaction, which an error rolls back. */
export async function asUser(
  client: Client,
  userId: string,
  text: string,
  values: unknown[],
): Promise<pg.QueryResult> {
  await client.query("begin");
  try {
    await client.query(
      "select set_config('request.jwt.claims', $1, true), set_config('role', 'authenticated', true)",
      [JSON.stringify({ sub: userId, role: "authenticated" })],
    );
    const result = await client.query(text, values);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
