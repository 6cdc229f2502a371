import { expect, it } from "vitest";
import { withClient } from "../../../../local/with-client.ts";
import { testDatabaseUrl } from "../../support/resources.ts";
import { type Grants, grantsSql, rights } from "../../support/rights.ts";

it("every table, view and column is granted to signed-in people as rights.json says", async () => {
  await withClient(testDatabaseUrl(), async (client) => {
    const { rows } = await client.query<Grants & { name: string }>(grantsSql);
    const granted = rows.map(({ name, ...grants }) => [name, grants]);
    const told = Object.entries(rights).map(([name, { seen_by: _, ...grants }]) => [name, grants]);
    expect(Object.fromEntries(granted)).toEqual(Object.fromEntries(told));
  });
});
