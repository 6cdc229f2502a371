import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Row } from "./row.ts";

const target = fileURLToPath(new URL("../../docs/benchmarks.md", import.meta.url));
const verdict = ({ holds }: Row) => (holds === null ? "reported" : holds ? "holds" : "MISSED");

export function printRows(rows: readonly Row[]): void {
  for (const row of rows) {
    console.log(
      `  ${verdict(row).padEnd(8)} ${row.result.padStart(7)}  ${row.budget ?? ""}  ${row.what}`,
    );
    console.log(`${" ".repeat(20)}${row.sides}`);
  }
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    [row.what, row.budget ?? "—", row.result, verdict(row), row.sides].join(" | "),
  );
  return [
    "what | budget | result | | both sides: median (lowest to highest)",
    "---|---|---|---|---",
    ...lines,
  ]
    .map((line) => `| ${line} |`)
    .join("\n");
}

/** Replaces one section of docs/benchmarks.md between its markers, or adds it; the other sections stay. */
export function writeSection(name: string, machine: string, rows: readonly Row[]): void {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const day = new Date().toISOString().slice(0, 10);
  const section = `${begin}\n\nMeasured on ${day}: ${machine}.\n\n${table(rows)}\n\n${end}`;
  const text = existsSync(target) ? readFileSync(target, "utf8") : "# Benchmarks\n";
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  const updated =
    before >= 0 && after > before
      ? text.slice(0, before) + section + text.slice(after + end.length)
      : `${text.trimEnd()}\n\n${section}\n`;
  writeFileSync(target, updated);
}
