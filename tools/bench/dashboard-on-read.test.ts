import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BenchDatabase,
  makeAccounts,
  makeCalls,
  startBenchDatabase,
} from "./bench-database.ts";
import { answerFromTiers, answerOnRead, assertAlike } from "./dashboard-on-read.ts";

let database: BenchDatabase;
let user: string;
const range = [day(29), day(0)] as const;

function day(ago: number): string {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

beforeAll(async () => {
  database = await startBenchDatabase(false);
  [user = ""] = await makeAccounts(database, 1, 5);
  await makeCalls(database, user, 2_000, () => {});
});
afterAll(() => database?.stop());

test("the dashboard that the benchmark compares with answers as the product does", async () => {
  const expected = await answerOnRead(database, user, range);
  expect(Object.keys(expected).length).toBeGreaterThan(5);
  assertAlike(await answerFromTiers(database, user, range), expected);
});

test("a call more on one side is named", async () => {
  const before = await answerOnRead(database, user, range);
  await makeCalls(database, user, 1, () => {});
  const after = await answerFromTiers(database, user, range);
  expect(() => assertAlike(after, before)).toThrow();
});
