import { deepStrictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { asOwner, type BenchDatabase } from "./bench-database.ts";

const onRead = readFileSync(new URL("dashboard-on-read.sql", import.meta.url), "utf8");
/** $1 the first day, $2 the last. */
export const fromTiers = "select public.analytics_dashboard($1, $2) as answer";

/** Days `YYYY-MM-DD`, both included, in UTC. */
export type Range = readonly [from: string, to: string];

type Answer = Record<string, unknown>;

/** What `call_logs` alone say: what the dashboard would cost without the tiers. */
export async function answerOnRead(
  { client }: BenchDatabase,
  user: string,
  range: Range,
): Promise<Answer> {
  return (await client.query<{ answer: Answer }>(onRead, [user, ...range])).rows[0]?.answer ?? {};
}

/** Runs the dashboard of the product, as its owner. */
export function answerFromTiers(
  { client }: BenchDatabase,
  user: string,
  range: Range,
): Promise<Answer> {
  return asOwner(client, user, async () => {
    const { rows } = await client.query<{ answer: Answer }>(fromTiers, [...range]);
    return rows[0]?.answer ?? {};
  });
}

/** What the answer reads from elsewhere, in both ways alike, and the query on read leaves out. */
const fromElsewhere = new Set([
  ...["minutes_used", "minutes_remaining", "active_assistants", "phone_numbers", "from", "to"],
]);

const ofCalls = (part: unknown): unknown =>
  typeof part !== "object" || part === null || Array.isArray(part)
    ? part
    : Object.fromEntries(Object.entries(part).filter(([name]) => !fromElsewhere.has(name)));

/** @throws AssertionError that names the part in which both ways differ */
export function assertAlike(found: Answer, expected: Answer): void {
  for (const part of Object.keys(expected)) {
    deepStrictEqual(ofCalls(found[part]), expected[part], part);
  }
}
