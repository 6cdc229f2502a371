import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Fault, faults, schemaFaults, singleFaults } from "../corpus/faults.ts";
import { auditCode } from "../src/audit-code.ts";
import { checkSchema } from "../src/checks/check-schema.ts";
import { schemaOfDatabase, schemaOfMigrations } from "../src/database-schema.ts";
import { readProjectFacts } from "../src/project.ts";
import type { CodeFinding } from "../src/report.ts";
import type { Schema } from "../src/schema/model.ts";
import { applyMigrations } from "../src/scratch/apply.ts";
import { readMigrationFiles } from "../src/scratch/migration-files.ts";
import { startScratch } from "../src/scratch/scratch.ts";

const corpus = fileURLToPath(new URL("../corpus/", import.meta.url));
const facts = readProjectFacts(join(corpus, "supabase"));
const bases = Object.keys(faults);

let schema: Schema;
let faultySchema: Schema;
let folder: string;
const score = { planted: 0, found: 0, reported: 0 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-corpus-"));
  const built = await schemaOfMigrations(join(corpus, "migrations"), {
    strict: true,
  });
  expect(built.applied.reports).toEqual([]);
  schema = built.schema;
  const scratch = await startScratch();
  try {
    const files = ["migrations", "faulty-migrations"].flatMap((name) =>
      readMigrationFiles(join(corpus, name)),
    );
    await applyMigrations(scratch, files, { strict: true });
    faultySchema = await schemaOfDatabase(scratch.url);
  } finally {
    await scratch.stop();
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const recall = score.found / score.planted;
  const precision = score.found / score.reported;
  console.log(
    `corpus: ${score.planted} planted faults, ${score.reported} findings, recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`,
  );
  expect({ recall, precision }).toEqual({ recall: 1, precision: 1 });
});

/** Copies a code base with faults in it; returns the lines on which findings are due. */
function plant(
  base: string,
  planted: readonly Fault[],
  name: string,
): { path: string; due: string[] } {
  const path = join(folder, name);
  cpSync(join(corpus, base), path, { recursive: true });
  const due = planted.map((fault) => {
    const file = join(path, fault.file);
    const text = readFileSync(file, "utf8");
    const parts = text.split(fault.was);
    if (parts.length !== 2)
      throw new Error(`${fault.file}: "${fault.was}" stands there ${parts.length - 1} times`);
    writeFileSync(file, parts.join(fault.becomes));
    // A fault over two lines names the first.
    const line = (parts[0] ?? "").split("\n").length;
    return `${fault.kind} ${fault.file}:${line}`;
  });
  return { path, due };
}

const lineOf = (finding: CodeFinding) =>
  `${finding.kind} ${finding.place.file}:${finding.place.line}`;

function count(due: readonly string[], found: readonly string[]): void {
  score.planted += due.length;
  score.found += due.filter((each) => found.includes(each)).length;
  score.reported += found.length;
}

describe.each(bases)("%s", (base) => {
  test("the clean copy has no finding", async () => {
    const { context } = await auditCode(join(corpus, base), schema, facts);
    expect(context.findings).toEqual([]);
    expect(context.checked).toBeGreaterThan(20);
  });

  test("every planted fault is found at its line, and nothing else", async () => {
    const planted = faults[base] ?? [];
    const { path, due } = plant(base, planted, base);
    const { context } = await auditCode(path, schema, facts);
    const found = context.findings.map(lineOf);
    count(due, found);
    expect([...found].sort()).toEqual([...due].sort());
    for (const fault of planted) {
      if (fault.nearest === undefined) continue;
      const nearest = context.findings
        .filter((each) => each.place.file === fault.file)
        .map((each) => each.nearest);
      expect(nearest).toContain(fault.nearest);
    }
  });
});

test.each(singleFaults.map((fault, number) => ({ ...fault, number })))(
  "$base alone: $becomes",
  async ({ number, ...fault }) => {
    const { path, due } = plant(fault.base, [fault], `single-${number}`);
    const { context } = await auditCode(path, schema, facts);
    const found = context.findings.map(lineOf);
    count(due, found);
    expect(found).toEqual(due);
    if (fault.nearest !== undefined) expect(context.findings[0]?.nearest).toBe(fault.nearest);
  },
);

describe("the schema", () => {
  const exposed = facts.exposedSchemas ?? [];
  const used = new Set(
    [
      "profiles",
      "projects",
      "tasks",
      "labels",
      "task_labels",
      "comments",
      "page_views",
      "project_overview",
    ]
      .map((name) => `public.${name}`)
      .concat("reporting.daily_totals"),
  );

  test("the clean one has no finding", () => {
    expect(checkSchema(schema, exposed, used, "")).toEqual([]);
  });

  test("every planted fault is found, and nothing else", () => {
    const found = checkSchema(faultySchema, exposed, used, "").map(
      ({ kind, object }) => `${kind} ${object}`,
    );
    const due = schemaFaults.map(({ kind, object }) => `${kind} ${object}`);
    count(due, found);
    expect([...found].sort()).toEqual([...due].sort());
  });
});

test("faults of every kind are planted", () => {
  const planted = new Set(
    [...Object.values(faults).flat(), ...singleFaults].map((fault) => fault.kind),
  );
  const kinds: Record<CodeFinding["kind"], true> = {
    missing_schema: true,
    schema_not_exposed: true,
    missing_table: true,
    missing_column: true,
    column_not_selected: true,
    missing_function: true,
    missing_argument: true,
    omitted_argument: true,
    missing_bucket: true,
    missing_edge_function: true,
    value_not_allowed: true,
    upsert_without_unique: true,
    embed_without_foreign_key: true,
    embed_is_ambiguous: true,
    embed_not_selected: true,
    omitted_not_null: true,
    generated_column_written: true,
    select_syntax: true,
  };
  expect([...planted].sort()).toEqual(Object.keys(kinds).sort());
});
