import type { PlacedText, Step } from "../code/operations.ts";
import { parseSelect, type SelectItem } from "../code/select-list.ts";
import { hole } from "../code/values.ts";
import { columnNames, describe } from "./columns.ts";
import type { CheckContext, Rows } from "./context.ts";
import { nearest } from "./nearest.ts";

/** Compares what the code reads of a query's rows with the select list or, where that is `*`, with the columns. */
export function checkReads(
  context: CheckContext,
  options: readonly Rows[],
  steps: readonly Step[],
  reads: readonly PlacedText[],
): void {
  const [rows, ...others] = options;
  if (rows === undefined || others.length > 0 || reads.length === 0) return;
  const names = namesOf(rows, steps);
  if (names === null) return;
  for (const read of reads) {
    context.checked++;
    if (names.has(read.text)) continue;
    const isColumn = columnNames(rows).includes(read.text);
    context.report(
      isColumn ? "column_not_selected" : "missing_column",
      read.place,
      isColumn
        ? `"${read.text}" is read of a row of ${describe(rows)}, and the select list leaves it out`
        : `${describe(rows)} has no column "${read.text}", which is read of its row`,
      nearest(read.text, names),
    );
  }
}

/** The names that a row has; null when only a run would tell. */
function namesOf(rows: Rows, steps: readonly Step[]): Set<string> | null {
  const names = new Set<string>();
  const selects = steps.filter((step) => step.kind === "select");
  // `select()` of all columns is no step; without any, the rows of a function are meant.
  if (selects.length === 0) {
    for (const name of columnNames(rows)) names.add(name);
  }
  for (const select of selects) {
    const [list, ...others] = select.list ?? [];
    if (list === undefined || others.length > 0 || list.text.includes(hole)) return null;
    try {
      if (!gather(rows, parseSelect(list.text), names)) return null;
    } catch {
      return null; // Reported where the list is checked.
    }
  }
  return names;
}

function gather(rows: Rows, items: readonly SelectItem[], names: Set<string>): boolean {
  for (const item of items) {
    if (item.output === null) return false;
    if (item.output === "*") for (const name of columnNames(rows)) names.add(name);
    else names.add(item.output);
  }
  return true;
}
