/**
 * The `PG…` variables that libpq, node-postgres and the Supabase CLI read (PGSSLMODE, PGOPTIONS, PGSERVICE, …). In
 * somebody's shell they are about another database, and the embedded one must not be reached their way.
 */
export function withoutLibpqVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isLibpq(name)));
}

/** Takes them out of this process, which talks to an embedded database only. */
export function forgetLibpqVariables(): void {
  for (const name of Object.keys(process.env)) if (isLibpq(name)) delete process.env[name];
}

function isLibpq(name: string): boolean {
  return /^PG[A-Z_]+$/.test(name);
}
