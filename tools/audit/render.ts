import type { AuditReport, Totals } from "./report.ts";

const titles: Readonly<Record<string, string>> = {
  missing_schema: "missing schema",
  schema_not_exposed: "schema not served",
  missing_table: "missing table",
  missing_column: "missing column",
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

/** For a terminal: one line a finding, `file:line` first. */
export function renderText(report: AuditReport, verbose: boolean): string {
  const lines: string[] = [];
  const section = (title: string, body: string[]) => {
    if (body.length > 0)
      lines.push(`${title} (${body.length})`, ...body.map((line) => `  ${line}`), "");
  };
  const { migrations } = report;
  if (migrations !== null) {
    const shown = migrations.reports.filter((each) => verbose || each.outcome !== "emulated");
    section(
      "Migrations",
      shown.map(
        (each) =>
          `${each.file}:${each.line} ${each.outcome}${each.code === null ? "" : ` ${each.code}`}: ${each.reason} — ${each.statement}`,
      ),
    );
    if (migrations.stopped_at !== null) {
      lines.push(
        `Stopped at ${migrations.stopped_at}, which was rolled back; later files were not applied.`,
        "",
      );
    }
    if (migrations.stubbed_extensions.length > 0) {
      lines.push(
        `Not installed here, stood in for: ${migrations.stubbed_extensions.join(", ")}`,
        "",
      );
    }
  }
  section(
    "Missing",
    report.code.map(
      ({ place, kind, message, nearest }) =>
        `${place.file}:${place.line} ${titleOf(kind)}: ${message}${nearest === null ? "" : ` (nearest: ${nearest})`}`,
    ),
  );
  section(
    "Schema",
    report.schema.map(({ kind, object, message }) => `${object} ${titleOf(kind)}: ${message}`),
  );
  if (verbose) {
    section(
      "Dynamic, not checked",
      report.dynamic.map(({ place, what }) => `${place.file}:${place.line} ${what}`),
    );
  }
  if (report.skipped_files.length > 0) section("Left out as too large", report.skipped_files);
  lines.push(totalsLine(report.totals));
  return `${lines.join("\n")}\n`;
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
    ["where", "what", "", "nearest"],
    report.code.map(({ place, kind, message, nearest }) => [
      `${place.file}:${place.line}`,
      titleOf(kind),
      message,
      nearest ?? "",
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
