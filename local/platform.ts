import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { App, createPostgresConnection } from "./api/library.ts";
import { logins } from "./postgres/make-cluster.ts";

/** Raise it when platform.sql changes in a way that older data folders do not have. */
export const platformVersion = 1;

/**
 * Makes what hosted Supabase has before any migration, in one transaction. Returns the version of the
 * platform that the database has: the current one when it was just made, an older one when it was there.
 */
export async function preparePlatform(superuserUrl: string, password: string): Promise<number> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const found = await client.query<{ version: string | null }>(
      "select shobj_description(oid, 'pg_database') as version from pg_database where datname = current_database()",
    );
    const version = /^switchboard platform (\d+)$/.exec(found.rows[0]?.version ?? "")?.[1];
    if (version !== undefined) return Number(version);
    await client.query("begin");
    await client.query(await authTables(superuserUrl));
    const sql = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "platform.sql"), "utf8");
    await client.query(sql);
    for (const role of logins) {
      await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
    }
    await client.query(`comment on database postgres is 'switchboard platform ${platformVersion}'`);
    await client.query("commit");
    return platformVersion;
  } finally {
    await client.end();
  }
}

/** The tables that the API library's Auth works on, as the installed version lays them out. */
async function authTables(url: string): Promise<string> {
  const address = new URL(url);
  const socket = address.searchParams.get("host");
  address.search = "";
  const connection = createPostgresConnection({
    url: address.href,
    ...(socket === null ? {} : { postgresOptions: { host: socket } }),
  });
  const app = new App({
    connection,
    auth: { enabled: true, jwt_secret: "not used to sign anything" },
  });
  await app.init();
  const sql = connection.config.baseSchema;
  await connection.close();
  if (sql === undefined) throw new Error("The API library has no schema for Auth.");
  return sql;
}
