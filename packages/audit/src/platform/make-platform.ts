import { readFileSync } from "node:fs";
import type { ClientBase } from "pg";
import { logins } from "../postgres/make-cluster.ts";

/**
 * Makes what hosted Supabase has before any migration: roles, schemas, Auth, Storage, extensions.
 * @param client connected as the superuser, within a transaction
 * @param password of every role that logs in
 */
export async function makePlatform(client: ClientBase, password: string): Promise<void> {
  for (const file of ["./auth.sql", "./platform.sql"]) {
    await client.query(readFileSync(new URL(file, import.meta.url), "utf8"));
  }
  for (const role of logins) {
    await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
  }
}
