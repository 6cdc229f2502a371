import { withClient } from "../../local/with-client.ts";

/** One `private.refuse` or `private.refuse_until` in the body of a function. */
export interface SqlRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const REFUSAL = /\bprivate\.refuse(?:_until)?\(\s*(\d+),\s*'([a-z_]+)',\s*'((?:[^']|'')*)'/g;

/** The refusals in a function's definition. */
export function refusalsIn(definition: string): SqlRefusal[] {
  return [...definition.matchAll(REFUSAL)].map(([, status, code = "", message = ""]) => ({
    status: Number(status),
    code,
    message: message.replaceAll("''", "'"),
  }));
}

/**
 * Everything that SQL refuses with, by the functions as the database has them.
 * @throws Error naming a function whose status, code or sentence is no literal
 */
export async function sqlRefusals(databaseUrl: string): Promise<SqlRefusal[]> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ name: string; definition: string }>(`
      select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as definition
      from pg_catalog.pg_proc p
      where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and p.prokind in ('f', 'p')
        and p.proname not in ('refuse', 'refuse_until')
      order by 1`);
    return rows.flatMap(({ name, definition }) => {
      const found = refusalsIn(definition);
      if (found.length === definition.split(/\brefuse(?:_until)?\(/).length - 1) return found;
      throw new Error(`${name} refuses with something that is no literal`);
    });
  });
}
