import { makePlatform } from "switchboard-audit/postgres";
import { withClient } from "./with-client.ts";

/** Raise it when the platform changes in a way that older data folders do not have. */
export const platformVersion = 1;

/**
 * Makes what hosted Supabase has before any migration, in one transaction. Returns the version of the
 * platform that the database has: the current one when it was just made, an older one when it was there.
 */
export async function preparePlatform(superuserUrl: string, password: string): Promise<number> {
  return withClient(superuserUrl, async (client) => {
    const found = await client.query<{ version: string | null }>(
      "select shobj_description(oid, 'pg_database') as version from pg_database where datname = current_database()",
    );
    const version = /^switchboard platform (\d+)$/.exec(found.rows[0]?.version ?? "")?.[1];
    if (version !== undefined) return Number(version);
    await client.query("begin");
    await makePlatform(client, password);
    await client.query(`comment on database postgres is 'switchboard platform ${platformVersion}'`);
    await client.query("commit");
    return platformVersion;
  });
}
