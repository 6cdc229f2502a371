import { countBy, factsOf, isTest } from "./facts.ts";
import type { AuditReport, CodeFinding, Totals } from "./report.ts";
import type { StatementReport } from "./scratch/apply.ts";

const titles: Readonly<Record<string, string>> = {
  missing_schema: "missing schema",
  schema_not_exposed: "schema not served",
  missing_table: "missing table",
  missing_column: "missing column",
  column_not_selected: "column not selected",
  missing_function: "missing function",
  missing_argument: "unknown argument",
  omitted_argument: "omitted argument",
  missing_bucket: "missing bucket",
  missing_edge_function: "missing Edge Function",
  value_not_allowed: "value not allowed",
  upsert_without_unique: "upsert without unique",
  embed_without_foreign_key: "embed without foreign key",
  embed_is_ambiguous: "ambiguous embed",
  embed_not_selected: "embed not selected",
  omitted_not_null: "not null left out",
  generated_column_written: "generated column written",
  select_syntax: "select list",
  table_without_rls: "table without RLS",
  rls_without_policy: "RLS without policy",
  policy_always_true: "policy always true",
  unwrapped_auth_call: "auth call per row",
  definer_function_executable: "definer function executable",
  foreign_key_without_index: "foreign key without index",
  foreign_key_without_action: "foreign key without action",
  unused_table: "unused table",
};

/** The words of a kind of finding. */
function titleOf(kind: string): string {
  return titles[kind] ?? kind;
}

function totalsLine(totals: Totals): string {
  return [
    `${totals.tables} tables`,
    `${totals.views} views`,
    `${totals.columns} columns`,
    `${totals.indexes} indexes`,
    `${totals.functions} functions`,
    `${totals.triggers} triggers`,
    `${totals.policies} policies`,
    `${totals.migrations} migrations`,
    `${totals.source_files} source files`,
    `${totals.references_checked} references checked`,
    `${totals.references_dynamic} dynamic, not checked`,
  ].join(", ");
}

/** How many places of a fact, and objects of a kind, the first screen shows. */
const shownPlaces = 3;
const shownObjects = 5;
const shownNames = 20;
const more = (hidden: number) => (hidden > 0 ? ` and ${hidden} more` : "");

/** For a terminal: what is missing first, the worst kind on top; `verbose` unfolds everything. */
export function renderText(report: AuditReport, verbose: boolean): string {
  const inTests = report.code.filter(({ place }) => isTest(place));
  const inCode = report.code.filter(({ place }) => !isTest(place));
  const lines = [
    ...missingLines(
      "Missing",
      inCode.filter(({ hint }) => hint === null),
      verbose,
    ),
    ...notAppliedLines(
      inCode.filter(({ hint }) => hint !== null),
      verbose,
    ),
    ...missingLines("Missing in tests, which may have a database of their own", inTests, verbose),
    ...migrationLines(report.migrations, verbose),
    ...leftOutLines(report),
    ...schemaLines(report, verbose),
  ];
  if (verbose && report.dynamic.length > 0) {
    lines.push(`Dynamic, not checked (${report.dynamic.length})`);
    for (const { place, what } of report.dynamic)
      lines.push(`  ${place.file}:${place.line} ${what}`);
    lines.push("");
  }
  if (report.code.length === 0) lines.push("Nothing is missing.");
  lines.push(totalsLine(report.totals));
  return `${lines.join("\n")}\n`;
}

function countsLine(kinds: Map<string, number>): string {
  return [...kinds].map(([kind, count]) => `${titleOf(kind)} ${count}`).join(", ");
}

function missingLines(title: string, findings: readonly CodeFinding[], verbose: boolean): string[] {
  if (findings.length === 0) return [];
  const facts = factsOf(findings);
  const lines = [
    `${title}: ${facts.length} in ${findings.length} places (${countsLine(countBy(facts, (fact) => fact.kind))})`,
  ];
  for (const { kind, message, nearest, hint, places } of facts) {
    const remarks = [nearest === null ? [] : `nearest: ${nearest}`, hint ?? []].flat();
    lines.push(
      `  ${titleOf(kind)}: ${message}${remarks.length === 0 ? "" : ` (${remarks.join("; ")})`}`,
    );
    const shown = places.slice(0, verbose ? places.length : shownPlaces);
    lines.push(
      `    ${shown.map(({ file, line }) => `${file}:${line}`).join(", ")}${more(places.length - shown.length)}`,
    );
  }
  return [...lines, ""];
}

/** What the code asks for rightly, by the file that would make it. */
function notAppliedLines(findings: readonly CodeFinding[], verbose: boolean): string[] {
  if (findings.length === 0) return [];
  const facts = factsOf(findings);
  const lines = [
    `Missing because migrations are not applied: ${facts.length} in ${findings.length} places. The code may be right: mend these files first`,
  ];
  for (const [cause, count] of countBy(facts, ({ hint }) => hint ?? "")) {
    const own = facts.filter(({ hint }) => hint === cause);
    const shown = own.slice(0, verbose ? count : shownPlaces);
    lines.push(`  ${cause}: ${count}`);
    for (const { message, places } of shown) {
      const [first] = places;
      lines.push(`    ${message} (${first?.file}:${first?.line}${more(places.length - 1)})`);
    }
    if (shown.length < count) lines.push(`   ${more(count - shown.length)}`);
  }
  return [...lines, ""];
}

function migrationLines(migrations: AuditReport["migrations"], verbose: boolean): string[] {
  if (migrations === null) return [];
  const lines: string[] = [];
  const line = (each: StatementReport) =>
    `  ${each.file}:${each.line} ${each.outcome}${each.code === null ? "" : ` ${each.code}`}: ${each.reason} — ${each.statement}`;
  const failed = migrations.reports.filter((each) => each.outcome === "failed");
  if (failed.length > 0) {
    // In the order of the files: the first is often the cause of the others.
    const files = new Map(failed.map(({ file }) => [file, 0]));
    for (const { file } of failed) files.set(file, (files.get(file) ?? 0) + 1);
    lines.push(
      `Failed migrations: ${files.size} of ${migrations.files} files; each is a transaction and left nothing`,
    );
    for (const [file, count] of files) {
      const [first] = failed.filter((each) => each.file === file);
      if (verbose) lines.push(...failed.filter((each) => each.file === file).map(line));
      else if (first !== undefined) lines.push(`${line(first)}${more(count - 1)}`);
    }
    lines.push("");
  }
  if (migrations.stopped_at !== null) {
    lines.push(`Stopped at ${migrations.stopped_at}; later files were not applied.`, "");
  }
  const others = migrations.reports.filter((each) => each.outcome !== "failed");
  if (verbose && others.length > 0) lines.push("Not simply carried out", ...others.map(line), "");
  if (migrations.stubbed_extensions.length > 0) {
    lines.push(`Not installed here, stood in for: ${migrations.stubbed_extensions.join(", ")}`, "");
  }
  return lines;
}

function leftOutLines(report: AuditReport): string[] {
  const parts = [
    ["no migrations by their names (<digits>_<name>.sql)", report.skipped_migrations],
    ["folders of built output", report.skipped_folders],
    ["projects with migrations of their own", report.skipped_projects],
    ["files too large for a source, or minified", report.skipped_files],
  ] as const;
  const lines = parts
    .filter(([, names]) => names.length > 0)
    .map(
      ([what, names]) =>
        `Left out, ${what}: ${names.slice(0, shownNames).join(", ")}${more(names.length - shownNames)}`,
    );
  return lines.length === 0 ? [] : [...lines, ""];
}

function schemaLines(report: AuditReport, verbose: boolean): string[] {
  if (report.schema.length === 0) return [];
  const kinds = countBy(report.schema, (each) => each.kind);
  const lines = [`Doubtful in the schema: ${report.schema.length} (${countsLine(kinds)})`];
  for (const kind of kinds.keys()) {
    const findings = report.schema.filter((each) => each.kind === kind);
    const shown = findings.slice(0, verbose ? findings.length : shownObjects);
    for (const { object, message } of shown)
      lines.push(`  ${titleOf(kind)}: ${object}: ${message}`);
    if (shown.length < findings.length) {
      lines.push(`  ${titleOf(kind)}:${more(findings.length - shown.length)} (--verbose)`);
    }
  }
  return [...lines, ""];
}

/** The same as a page. */
export function renderMarkdown(report: AuditReport): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const lines = ["# Audit", "", totalsLine(report.totals), ""];
  const table = (title: string, head: string[], rows: string[][]) => {
    if (rows.length === 0) return;
    lines.push(`## ${title}`, "", `| ${head.join(" | ")} |`, `|${head.map(() => "---|").join("")}`);
    for (const row of rows) lines.push(`| ${row.map(cell).join(" | ")} |`);
    lines.push("");
  };
  table(
    "Missing",
    ["what", "", "nearest", "where"],
    factsOf(report.code).map(({ places, kind, message, nearest, hint }) => [
      titleOf(kind),
      hint === null ? message : `${message} (${hint})`,
      nearest ?? "",
      places.map(({ file, line }) => `${file}:${line}`).join(", "),
    ]),
  );
  table(
    "Migrations",
    ["where", "outcome", "reason", "statement"],
    (report.migrations?.reports ?? []).map((each) => [
      `${each.file}:${each.line}`,
      each.outcome,
      `${each.code ?? ""} ${each.reason}`,
      `\`${each.statement.replaceAll("`", "'")}\``,
    ]),
  );
  table(
    "Schema",
    ["object", "what", ""],
    report.schema.map(({ kind, object, message }) => [object, titleOf(kind), message]),
  );
  table(
    "Dynamic, not checked",
    ["where", "what"],
    report.dynamic.map(({ place, what }) => [`${place.file}:${place.line}`, what]),
  );
  return `${lines.join("\n").trimEnd()}\n`;
}
