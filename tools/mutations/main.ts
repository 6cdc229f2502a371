import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startDatabase } from "../../local/database.ts";
import { withClient } from "../../local/with-client.ts";
import { explained } from "./explained.ts";
import { type Guard, listGuards } from "./guards.ts";
import { Tests } from "./notice.ts";
import { sampleOf } from "./sample.ts";

const usage = `npm run test:mutations -- [--only <part of kind or name>] [--sample <n>] [--seed <text>]
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
const copyName = "without_one";
const copyOf = (url: string) => Object.assign(new URL(url), { pathname: `/${copyName}` }).href;
/** Where nobody is connected to the database that is copied. */
const elsewhere = Object.assign(new URL(database.superuser_url), { pathname: "/template1" }).href;

/** The first test that fails without the guard; null when none does. */
async function firstToNotice(tests: Tests, guard: Guard): Promise<string | null> {
  await withClient(elsewhere, async (client) => {
    await client.query(`drop database if exists ${copyName} with (force)`);
    await client.query(`create database ${copyName} template postgres`);
  });
  await withClient(copyOf(database.superuser_url), (client) => client.query(guard.removal));
  return await tests.firstToNotice(copyOf(database.url), guard);
}

let survivors = 0;
try {
  const all = await withClient(database.superuser_url, async (client) => {
    await client.query("create extension if not exists pgtap with schema extensions");
    return await listGuards(client);
  });
  const meant = all.filter((guard) => nameOf(guard).includes(values.only));
  const guards = values.sample
    ? sampleOf(meant, Number(values.sample), values.seed, nameOf)
    : meant;
  const tests = await Tests.thatHoldOn(database.url);
  for (const guard of guards) {
    const noticed = await firstToNotice(tests, guard);
    const why = explained[nameOf(guard)];
    if (noticed === null && why === undefined) survivors += 1;
    console.log(`${noticed ?? (why ? `explained: ${why}` : "NOBODY NOTICES")} | ${nameOf(guard)}`);
  }
  const unknown = Object.keys(explained).filter(
    (name) => !all.some((each) => nameOf(each) === name),
  );
  for (const name of unknown) console.log(`explained.ts names what is not there: ${name}`);
  survivors += unknown.length;
  console.log(`${guards.length} of ${all.length} guards were taken away, ${survivors} survivors`);
} finally {
  await database.stop();
  await rm(data, { recursive: true, force: true });
}
process.exit(survivors === 0 ? 0 : 1);
