import { randomUUID } from "node:crypto";
import pg from "pg";

/** A database of its own in a running stack's server, where a test may make what it likes. */
export interface ScratchDatabase {
  /** A connection string for a login role; they all share one password. */
  url(role: string): string;
  query<R extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  drop(): Promise<void>;
}

/** Makes one beside the database of `databaseUrl`, as its user; it has no platform, only the roles. */
export async function makeScratch(databaseUrl: string): Promise<ScratchDatabase> {
  const name = `scratch_${randomUUID().replaceAll("-", "")}`;
  const url = (role: string): string => {
    const target = new URL(databaseUrl);
    target.username = role;
    target.pathname = `/${name}`;
    return target.href;
  };
  const maker = new pg.Client({ connectionString: databaseUrl });
  await maker.connect();
  await maker.query(`create database ${name}`);
  const client = new pg.Client({ connectionString: url("postgres") });
  await client.connect();
  return {
    url,
    query: async <R extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await (values.length === 0 ? client.query<R>(sql) : client.query<R>(sql, values))).rows,
    drop: async () => {
      await client.end();
      await maker.query(`drop database ${name} with (force)`);
      await maker.end();
    },
  };
}
