import type { Totals } from "./report.ts";
import { isOwnSchema, type Schema } from "./schema/model.ts";

/** Counts what the project's own schemas hold. */
export function countSchema(
  schema: Schema,
): Pick<
  Totals,
  "tables" | "views" | "columns" | "indexes" | "functions" | "triggers" | "policies"
> {
  const own = <T extends { schema: string }>(items: T[]): T[] =>
    items.filter((item) => isOwnSchema(item.schema));
  const relations = own(schema.relations);
  return {
    tables: relations.filter((each) => each.kind === "table" || each.kind === "foreign table")
      .length,
    views: relations.filter((each) => each.definition !== null).length,
    columns: relations.reduce((sum, each) => sum + each.columns.length, 0),
    indexes: own(schema.indexes).length,
    functions: own(schema.functions).length,
    triggers: schema.triggers.length,
    policies: schema.policies.length,
  };
}
