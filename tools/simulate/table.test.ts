import { expect, it } from "vitest";
import { renderTable } from "./table.ts";

it("rows become aligned columns, with a gap where a row has no such value", () => {
  const rows = [
    { tenant: "Ada", calls: 6 },
    { tenant: "Benoit", calls: 18, outcome: "busy" },
  ];
  expect(renderTable(rows)).toBe(
    [
      "  tenant  calls  outcome",
      "  ──────  ─────  ───────",
      "  Ada         6",
      "  Benoit     18  busy",
    ].join("\n"),
  );
});
