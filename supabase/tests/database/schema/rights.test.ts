import { beforeAll, expect, it } from "vitest";
import { withClient } from "../../../../local/with-client.ts";
import { testDatabaseUrl } from "../../support/resources.ts";
import { readGrants, rights } from "../../support/rights.ts";

let granted: Awaited<ReturnType<typeof readGrants>>;

beforeAll(async () => {
  granted = await withClient(testDatabaseUrl(), readGrants);
});

it("every table, view and column is granted to signed-in people and to the server as rights.json says", () => {
  const told = Object.entries(rights.relations).map(([name, { seen_by: _, ...grants }]) => [
    name,
    grants,
  ]);
  expect(granted.relations).toEqual(Object.fromEntries(told));
});

it("every function that a role of the API may execute is in rights.json, with those roles", () => {
  expect(granted.functions).toEqual(rights.functions);
});

it("visitors have nothing of any relation, and nobody of the API has anything of those in private", () => {
  expect(granted.forbidden).toEqual([]);
});
