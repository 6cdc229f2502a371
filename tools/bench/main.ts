import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { printRows, writeSection } from "./report.ts";
import type { Bench, Row } from "./row.ts";

const usage = `npm run bench -- [--only <name>] [--no-write]

  --only <name>  the benchmarks whose name contains this; all unless said otherwise
  --no-write     leaves docs/benchmarks.md as it is`;

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

const folder = new URL("rows/", import.meta.url);
const rows: Row[] = [];
for (const file of readdirSync(folder).sort()) {
  if (!file.includes(values.only)) continue;
  const module: { default: Bench } = await import(new URL(file, folder).href);
  console.log(`${module.default.name} …`);
  const found = await module.default.run(console.log);
  printRows(found);
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
process.exit(rows.some(({ holds }) => holds === false) ? 1 : 0);
