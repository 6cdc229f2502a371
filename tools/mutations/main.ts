import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type pg from "pg";
import { startDatabase } from "../../local/database.ts";
import { withClient } from "../../local/with-client.ts";
import { explanationOf } from "./explained.ts";
import { type Guard, listGuards } from "./guards.ts";
import { Tests } from "./notice.ts";
import { sampleOf } from "./sample.ts";

const usage = `npm run test:mutations -- [--only <part of kind or name>] [--sample <n of each kind>] [--seed <text>]
Takes one guard of the database away at a time, on a copy, and looks for a pgTAP file that notices.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    sample: { type: "string" },
    seed: { type: "string", default: "switchboard" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const nameOf = ({ kind, name }: Guard) => `${kind}: ${name}`;
const data = await mkdtemp(join(tmpdir(), "switchboard-mutations-"));
const database = await startDatabase({ data, durable: false });
const inDatabase = (url: string, name: string) =>
  Object.assign(new URL(url), { pathname: `/${name}` }).href;

/** Makes a copy of the database, from where nobody is connected to it. */
const copy = (name: string) =>
  withClient(inDatabase(database.superuser_url, "template1"), async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template postgres`);
  });

/** The first test that fails without the guard; null when none does. */
async function firstToNotice(tests: Tests, guard: Guard): Promise<string | null> {
  await copy("without_one");
  const take = (client: pg.Client) => client.query(guard.removal);
  await withClient(inDatabase(database.superuser_url, "without_one"), take);
  return await tests.firstToNotice(inDatabase(database.url, "without_one"), guard);
}

let survivors = 0;
try {
  const all = await withClient(database.superuser_url, async (client) => {
    await client.query("create extension if not exists pgtap with schema extensions");
    return await listGuards(client);
  });
  const meant = all.filter((guard) => nameOf(guard).includes(values.only));
  const guards = values.sample ? sampleOf(meant, Number(values.sample), values.seed) : meant;
  await copy("with_all");
  const tests = new Tests(inDatabase(database.url, "with_all"));
  for (const guard of guards) {
    const noticed = explanationOf(guard) ?? (await firstToNotice(tests, guard));
    if (noticed === null) survivors += 1;
    console.log(`${noticed ?? "NOBODY NOTICES"} | ${nameOf(guard)}`);
  }
  console.log(`${guards.length} of ${all.length} guards were taken away, ${survivors} survivors`);
} finally {
  await database.stop();
  await rm(data, { recursive: true, force: true });
}
process.exit(survivors === 0 ? 0 : 1);
