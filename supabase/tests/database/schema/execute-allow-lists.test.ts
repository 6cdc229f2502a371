import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { withClient } from "../../../../local/with-client.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The signatures that the domains' lists name: `('schema.name(types)', 'roles')` in execute_allow_list_*.test.sql. */
function listedSignatures(): string[] {
  return readdirSync(folder)
    .filter((name) => /^execute_allow_list_\w+\.test\.sql$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .flatMap((text) => [...text.matchAll(/^\s*\('((?:public|private)\.[^']+)',/gm)])
    .flatMap(([, signature]) => (signature ? [signature] : []));
}

it("every function that an API role may execute is on a domain's allow-list", async () => {
  return withClient(testDatabaseUrl(), async (client) => {
    const { rows } = await client.query<{ signature: string }>(
      `select distinct p.oid::regprocedure::text as signature
       from pg_proc p cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
       where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and acl.privilege_type = 'EXECUTE' and acl.grantee <> p.proowner
         and p.oid <> all (select coalesce(to_regprocedure(name)::oid, 0) from unnest($1::text[]) name)
         and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`,
      [listedSignatures()],
    );
    expect(rows.map((row) => row.signature)).toEqual([]);
  });
});
