/** Rows as lines of aligned columns under their names, numbers to the right; `console.table` adds quotes, frames and an index. */
export function renderTable(rows: readonly object[]): string {
  if (rows.length === 0) return "  (nothing)";
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return names.map((name) => values.get(name) ?? "");
  });
  const widths = names.map((name, column) =>
    Math.max(name.length, ...cells.map((line) => String(line[column]).length)),
  );
  const align = (line: readonly unknown[]) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === "number" ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [align(names), align(widths.map((width) => "─".repeat(width))), ...cells.map(align)]
    .map((line) => `  ${line}`)
    .join("\n");
}
