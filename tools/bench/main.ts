import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";
import { printRows, writeSection } from "./report.ts";
import type { Bench, Row } from "./row.ts";
import { timed } from "./samples.ts";

const usage = `npm run bench -- [--only <name>] [--no-write]

  --only <name>  the benchmarks whose name contains this, printed only; all unless said otherwise
  --no-write     leaves docs/benchmarks.md as it is

Takes about ten minutes on two idle cores. The exit code is 1 when a budget is missed.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    "no-write": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

forgetLibpqVariables();

/** A benchmark that breaks misses its budget; the others still run. */
async function rowsOf({ name, run }: Bench): Promise<Row[]> {
  try {
    return await run(console.log);
  } catch (error) {
    console.error(error);
    const sides = error instanceof Error ? error.message.split("\n", 1).join("") : String(error);
    return [{ what: name, budget: "runs", result: "broke", holds: false, sides }];
  }
}

const folder = new URL("rows/", import.meta.url);
const rows: Row[] = [];
for (const file of readdirSync(folder).sort()) {
  if (!file.includes(values.only)) continue;
  const module: { default: Bench } = await import(new URL(file, folder).href);
  console.log(`${module.default.name} …`);
  let found: Row[] = [];
  const milliseconds = await timed(async () => {
    found = await rowsOf(module.default);
  });
  printRows(found);
  console.log(`  in ${Math.round(milliseconds / 1000)} s`);
  rows.push(...found);
}
if (values.only === "" && !values["no-write"]) {
  const memory = Math.round(totalmem() / 2 ** 30);
  writeSection(
    "product",
    `${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}, Postgres 17 of the embedded stack`,
    rows,
  );
}
const missed = rows.filter(({ holds }) => holds === false).length;
console.log(missed === 0 ? "Every budget holds." : `${missed} of ${rows.length} rows MISSED.`);
process.exit(missed === 0 ? 0 : 1);
