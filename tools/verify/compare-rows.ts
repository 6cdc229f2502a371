import {
  change,
  changedColumns,
  insertion,
  type ReferenceRows,
  type ReferenceTable,
  type Row,
} from "../reference-rows.ts";
import type { Item, Mend } from "./report.ts";

/** Tables whose rows the operator may change; a row only has to exist. */
const tunable: ReadonlySet<string> = new Set([
  "private.settings",
  "private.rate_limits",
  "private.spoken_refusals",
  "public.plans",
  "public.sla_targets",
  "public.business_hours",
  "public.opening_spans",
]);

/** Rows of one look that the database itself keeps up to date. */
const changing: ReadonlySet<string> = new Set(["private.attachment_comparison", "storage.buckets"]);

/** Compares the rows that the rules need with the existing ones, by their primary keys. */
export function compareRows(expected: ReferenceRows, live: ReferenceRows): Item[] {
  return [...expected.values()]
    .filter(({ name }) => !changing.has(name))
    .flatMap((table) => [...table.rows].map(([id, row]) => compareRow(table, id, row, live)));
}

function compareRow(table: ReferenceTable, id: string, row: Row, live: ReferenceRows): Item {
  const { name, key } = table;
  const item = (state: Item["state"], detail: string | null, mend: Mend | null): Item => ({
    kind: "reference row",
    name: `${name} ${key.map((column) => row[column]).join(" ")}`,
    state,
    detail,
    mend,
  });
  const found = live.get(name)?.rows.get(id);
  if (found === undefined) return item("missing", null, { sql: insertion(name, row) });
  const changed = changedColumns(found, row);
  if (tunable.has(name) || changed.length === 0) return item("present", null, null);
  const detail = changed
    .map((column) => `${column} is ${found[column]}, expected ${row[column]}`)
    .join("; ");
  return item("different", detail, { sql: change(table, row, changed) });
}
