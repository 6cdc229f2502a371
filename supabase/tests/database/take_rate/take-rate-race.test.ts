import { randomUUID } from "node:crypto";
import pg from "pg";
import { expect, it } from "vitest";
import { testDatabaseUrl } from "../../support/resources.ts";

it("forty at once on a limit of twenty end in exactly twenty", async () => {
  const pool = new pg.Pool({ connectionString: testDatabaseUrl(), max: 20 });
  const user = randomUUID();
  try {
    await pool.query("insert into auth.users (id, email) values ($1, $2)", [
      user,
      `${user}@race.test`,
    ]);
    const attempts = await Promise.allSettled(
      Array.from({ length: 40 }, () =>
        pool.query("select private.take_rate($1, 'tickets', '2026-05-04 10:00:00Z')", [user]),
      ),
    );
    const refusals = attempts.flatMap((attempt) =>
      attempt.status === "rejected" ? [attempt.reason.code] : [],
    );

    expect(attempts.length - refusals.length).toBe(20);
    expect(new Set(refusals)).toEqual(new Set(["PGRST"]));
  } finally {
    await pool.query("delete from auth.users where id = $1", [user]);
    await pool.end();
  }
});
