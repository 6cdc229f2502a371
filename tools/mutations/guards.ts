import type pg from "pg";

/** Something of the database's that keeps others out or keeps a fact right, and how it is taken away. */
export interface Guard {
  readonly kind: string;
  /** With its kind it names the guard, and stays the same from run to run. */
  readonly name: string;
  /** The statement that takes it away. */
  readonly removal: string;
  /** Names that the tests which should notice are likely to use. */
  readonly words: readonly string[];
}

interface Kind {
  readonly kind: string;
  /** Rows of name, removal and words. */
  readonly query: string;
}

const OURS = "n.nspname in ('public', 'private')";
const IS_OF_NO_EXTENSION = (oid: string) =>
  `not exists (select from pg_depend d where d.objid = ${oid} and d.deptype = 'e')`;

const constraints = (kind: string, type: string): Kind => ({
  kind,
  query: `select format('%s.%s %s', n.nspname, c.relname, k.conname) as name,
      format('alter table %s drop constraint %I', c.oid::regclass, k.conname) as removal,
      array[k.conname, c.relname] as words
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where ${OURS} and k.contype = '${type}' and k.conparentid = 0 and c.relkind in ('r', 'p')
      -- The key that a foreign one refers to cannot go alone.
      and (k.contype = 'f'
        or not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = k.conindid and f.oid <> k.oid))`,
});

/** Which guards there are is asked of the catalog, so that a new one needs no line here. */
const kinds: readonly Kind[] = [
  {
    kind: "policy",
    query: `select format('%s.%s %I', n.nspname, c.relname, p.polname) as name,
        format('alter policy %I on %s', p.polname, c.oid::regclass)
          || case when p.polcmd <> 'a' then ' using (true)' else '' end
          || case when p.polcmd in ('a', 'w', '*') then ' with check (true)' else '' end as removal,
        array[p.polname, c.relname] as words
      from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace where ${OURS}`,
  },
  {
    kind: "row level security",
    query: `select format('%s.%s', n.nspname, c.relname) as name,
        format('alter table %s disable row level security', c.oid::regclass) as removal,
        array['row level security', c.relname] as words
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p') and c.relrowsecurity`,
  },
  {
    kind: "what is not granted on a table",
    query: `select format('%s.%s', n.nspname, c.relname) as name,
        format('grant select, insert, update, delete on %s to anon, authenticated', c.oid::regclass) as removal,
        array[c.relname] as words
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OURS} and c.relkind in ('r', 'p', 'v')`,
  },
  {
    kind: "who may execute a function",
    query: `select p.oid::regprocedure::text as name,
        format('grant execute on function %s to anon, authenticated', p.oid::regprocedure) as removal,
        array[p.proname] as words
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where ${OURS} and p.prorettype <> 'trigger'::regtype and p.prokind = 'f' and ${IS_OF_NO_EXTENSION("p.oid")}
        and not has_function_privilege('anon', p.oid, 'execute')`,
  },
  {
    kind: "search_path",
    query: `select p.oid::regprocedure::text as name,
        format('alter function %s reset search_path', p.oid::regprocedure) as removal, array['search_path', p.proname] as words
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where ${OURS} and p.prokind = 'f' and ${IS_OF_NO_EXTENSION("p.oid")}
        and exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%')`,
  },
  {
    kind: "trigger",
    query: `select format('%s.%s %s', n.nspname, c.relname, t.tgname) as name,
        format('alter table %s disable trigger %I', c.oid::regclass, t.tgname) as removal,
        array[t.tgname, c.relname, p.proname] as words
      from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_proc p on p.oid = t.tgfoid
      where not t.tgisinternal and t.tgparentid = 0 and (${OURS} or p.pronamespace = 'private'::regnamespace)`,
  },
  constraints("check", "c"),
  constraints("foreign key", "f"),
  constraints("unique key", "u"),
  {
    kind: "unique index",
    query: `select format('%s.%s', n.nspname, c.relname) as name, format('drop index %s', c.oid::regclass) as removal,
        array[c.relname, t.relname] as words
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
      where ${OURS} and i.indisunique and not exists (select from pg_constraint k where k.conindid = c.oid)`,
  },
  {
    kind: "rule of a domain",
    query: `select format('%s.%s %s', n.nspname, t.typname, k.conname) as name,
        format('alter domain %s drop constraint %I', t.oid::regtype, k.conname) as removal, array[k.conname, t.typname] as words
      from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace where ${OURS}`,
  },
];

/** Every guard of a database, ordered by kind and name. */
export async function listGuards(client: pg.Client): Promise<Guard[]> {
  const guards: Guard[] = [];
  for (const { kind, query } of kinds) {
    const { rows } = await client.query<Omit<Guard, "kind">>(
      `select name, removal, words::text[] as words from (${query}) guard order by name`,
    );
    guards.push(...rows.map((row) => ({ kind, ...row })));
  }
  return guards;
}
