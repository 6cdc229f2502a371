import {
  change,
  changedColumns,
  insertion,
  type ReferenceRows,
  type Row,
  removal,
} from "../reference-rows.ts";

/** The statements that bring the reference rows of one database to those of another: new, changed, gone. */
export function rowStatements(from: ReferenceRows, to: ReferenceRows): string[] {
  const none: ReadonlyMap<string, Row> = new Map();
  const made = [...to.values()].flatMap((table) =>
    [...table.rows].flatMap(([id, row]) => {
      const before = from.get(table.name)?.rows.get(id);
      if (before === undefined) return [insertion(table.name, row)];
      const columns = changedColumns(before, row);
      return columns.length === 0 ? [] : [change(table, row, columns)];
    }),
  );
  const gone = [...from.values()].flatMap((table) => {
    const kept = to.get(table.name)?.rows ?? none;
    return [...table.rows].filter(([id]) => !kept.has(id)).map(([, row]) => removal(table, row));
  });
  return [...made, ...gone];
}
