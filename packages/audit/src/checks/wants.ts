import type { Value } from "../code/values.ts";

/** A column that the code uses and no table has, with what is written to it or compared with it. */
export interface WantedColumn {
  name: string;
  values: Value[];
}

/** What a draft migration would have to add. */
export class Wants {
  readonly tables = new Map<string, Map<string, WantedColumn>>();
  readonly columns = new Map<string, Map<string, WantedColumn>>();
  /** `schema.table` to the column lists of upserts. */
  readonly uniques = new Map<string, Set<string>>();
  readonly buckets = new Set<string>();

  table(name: string): void {
    if (!this.tables.has(name)) this.tables.set(name, new Map());
  }

  /** @param relation `schema.table`; of a missing table when {@link table} was told of it */
  column(relation: string, column: string, value: Value | null): void {
    const owner = this.tables.get(relation) ?? this.columns.get(relation) ?? new Map();
    if (!this.tables.has(relation)) this.columns.set(relation, owner);
    const wanted = owner.get(column) ?? { name: column, values: [] };
    if (value !== null) wanted.values.push(value);
    owner.set(column, wanted);
  }

  unique(relation: string, columns: readonly string[]): void {
    const known = this.uniques.get(relation) ?? new Set();
    known.add(columns.join(","));
    this.uniques.set(relation, known);
  }
}
