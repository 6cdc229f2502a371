import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";
import { printRows, writeSection } from "./report.ts";
import type { Bench, Row } from "./row.ts";
import { timed } from "./samples.ts";

const usage = `npm run bench -- [<name>] [--no-write]

  <name>      the benchmarks whose name contains this; all unless said otherwise
  --no-write  leaves docs/benchmarks.md as it is, as one of several that share a section does anyway

Takes about twenty minutes on two idle cores. The exit code is 1 when a budget is missed.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
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
const [only = ""] = positionals;
const sections = new Map<string, Row[]>();
for (const file of readdirSync(folder).sort()) {
  if (!file.includes(only)) continue;
  const module: { default: Bench } = await import(new URL(file, folder).href);
  console.log(`${module.default.name} …`);
  let found: Row[] = [];
  const milliseconds = await timed(async () => {
    found = await rowsOf(module.default);
  });
  printRows(found);
  console.log(`  in ${Math.round(milliseconds / 1000)} s`);
  const section = module.default.section ?? "product";
  sections.set(section, [...(sections.get(section) ?? []), ...found]);
}
const memory = Math.round(totalmem() / 2 ** 30);
for (const [section, found] of sections) {
  if (values["no-write"] || (section === "product" && only !== "")) continue;
  writeSection(
    section,
    `${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}, Postgres 17 of the embedded stack`,
    found,
  );
}
const rows = [...sections.values()].flat();
const missed = rows.filter(({ holds }) => holds === false).length;
console.log(missed === 0 ? "Every budget holds." : `${missed} of ${rows.length} rows MISSED.`);
process.exit(missed === 0 ? 0 : 1);
