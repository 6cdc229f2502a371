import type { Node } from "libpg-query";
import type { Embed } from "../code/select-list.ts";
import type { ForeignKey, Relation } from "../schema/model.ts";
import type { SchemaIndex } from "../schema/names.ts";
import { parseStatement } from "../scratch/split.ts";

/** What an embedded relation of a select list leads to. */
export type Resolution =
  | { kind: "found"; relation: Relation; junction: Relation | null }
  /** A view whose tables are unknown, or rows that come from no table. */
  | { kind: "unknown" }
  | { kind: "no such relation" }
  | { kind: "no foreign key"; relation: Relation }
  | { kind: "ambiguous"; hints: string[] };

interface Path {
  relation: Relation;
  /** What a hint, or the embed itself, may name: constraint, columns, junction. */
  names: string[];
  /** From a row to its parent within one table: never meant by the table's name, which means the children. */
  isOwnParent: boolean;
  /** The table between the two, where there is one. */
  junction: Relation | null;
}

/** Resolves embeds as PostgREST does: foreign keys in both directions, junction tables, computed relations. */
export class Relationships {
  readonly #index: SchemaIndex;
  readonly #origins = new Map<Relation, Origins>();
  readonly #known = new Map<Relation, Path[]>();

  constructor(index: SchemaIndex) {
    this.#index = index;
  }

  resolve(parent: Relation, embed: Embed): Resolution {
    const computed = this.#computed(parent, embed.target);
    if (computed !== null) return { kind: "found", relation: computed, junction: null };
    const paths = this.#paths(parent)
      .filter(
        (path) =>
          (path.relation.name === embed.target && !path.isOwnParent) ||
          (path.names.includes(embed.target) && path.junction === null),
      )
      // An exact name takes precedence over views of the table.
      .sort((a, b) => rank(a, embed) - rank(b, embed));
    const hinted =
      embed.hint === null ? paths : paths.filter((path) => path.names.includes(embed.hint ?? ""));
    const [first, ...others] = hinted;
    if (first !== undefined) {
      const isCertain = parent.definition === null && first.relation.definition === null;
      const direct = hinted.filter((path) => path.relation.name === embed.target);
      if (others.length > 0 && isCertain && embed.hint === null && direct.length > 1) {
        return { kind: "ambiguous", hints: direct.flatMap((path) => path.names.slice(0, 1)) };
      }
      return { kind: "found", relation: first.relation, junction: first.junction };
    }
    const target = this.#index.relation(parent.schema, embed.target);
    if (target === undefined) {
      return this.#isOpaque(parent) ? { kind: "unknown" } : { kind: "no such relation" };
    }
    if (this.#isOpaque(parent) || this.#isOpaque(target)) return { kind: "unknown" };
    return { kind: "no foreign key", relation: target };
  }

  /** The names that an embed of this relation may have. */
  targets(parent: Relation): string[] {
    return this.#paths(parent).map((path) => path.relation.name);
  }

  #paths(parent: Relation): Path[] {
    const known = this.#known.get(parent);
    if (known !== undefined) return known;
    const candidates = this.#index.relationsIn(parent.schema);
    const paths: Path[] = [];
    this.#known.set(parent, paths);
    for (const key of this.#index.schema.foreign_keys) {
      if (this.#carries(parent, key, "source")) {
        for (const other of candidates) {
          if (!this.#carries(other, key, "target")) continue;
          paths.push({
            relation: other,
            names: [key.name, ...key.columns],
            isOwnParent: other === parent,
            junction: null,
          });
        }
      }
      if (this.#carries(parent, key, "target")) {
        for (const other of candidates) {
          if (!this.#carries(other, key, "source")) continue;
          paths.push({
            relation: other,
            names: [key.name, ...key.columns],
            isOwnParent: false,
            junction: null,
          });
        }
        paths.push(...this.#throughJunction(parent, key, candidates));
      }
    }
    return paths;
  }

  /** parent ← junction → other. */
  #throughJunction(parent: Relation, toParent: ForeignKey, candidates: Relation[]): Path[] {
    const junction = this.#index.relation(toParent.schema, toParent.table);
    if (junction === undefined || junction.schema !== parent.schema) return [];
    const primary = junction.constraints.find((each) => each.kind === "primary key")?.columns ?? [];
    const isPart = (key: ForeignKey) => key.columns.every((column) => primary.includes(column));
    if (!isPart(toParent)) return [];
    return this.#index.schema.foreign_keys
      .filter(
        (key) => key !== toParent && key.schema === toParent.schema && key.table === toParent.table,
      )
      .filter(isPart)
      .flatMap((key) =>
        candidates
          .filter((other) => this.#carries(other, key, "target"))
          .map((relation) => ({
            relation,
            names: [junction.name, key.name, toParent.name],
            isOwnParent: false,
            junction,
          })),
      );
  }

  #computed(parent: Relation, name: string): Relation | null {
    const own = `${parent.schema}.${parent.name}`;
    for (const each of this.#index.schema.functions) {
      if (each.name !== name || each.schema !== parent.schema || each.returns_table === null)
        continue;
      if (each.arguments[0]?.type !== own) continue;
      const [schema = "", table = ""] = each.returns_table.split(".");
      return this.#index.relation(schema, table) ?? null;
    }
    return null;
  }

  #carries(relation: Relation, key: ForeignKey, side: "source" | "target"): boolean {
    const [schema, table, columns] =
      side === "source"
        ? [key.schema, key.table, key.columns]
        : [key.target_schema, key.target_table, key.target_columns];
    if (relation.definition === null) return relation.schema === schema && relation.name === table;
    const { columns: origins } = this.#originsOf(relation);
    return columns.every((column) => origins.has(`${schema}.${table}.${column}`));
  }

  #isOpaque(relation: Relation): boolean {
    return relation.definition !== null && this.#originsOf(relation).isOpaque;
  }

  #originsOf(view: Relation, depth = 0): Origins {
    const known = this.#origins.get(view);
    if (known !== undefined) return known;
    const origins = viewOrigins(view, this.#index, (inner) =>
      depth > 8 ? { columns: new Map(), isOpaque: true } : this.#originsOf(inner, depth + 1),
    );
    this.#origins.set(view, origins);
    return origins;
  }
}

function rank(path: Path, embed: Embed): number {
  if (path.relation.name === embed.target) return 0;
  return path.relation.definition === null ? 1 : 2;
}

/** Which table columns a view shows, `schema.table.column` to the view's name for it. */
interface Origins {
  columns: Map<string, string>;
  isOpaque: boolean;
}

function viewOrigins(
  view: Relation,
  index: SchemaIndex,
  inner: (view: Relation) => Origins,
): Origins {
  const origins: Origins = { columns: new Map(), isOpaque: false };
  const node = view.definition === null ? null : parseStatement(view.definition);
  if (node === null || !("SelectStmt" in node) || node.SelectStmt.op !== "SETOP_NONE") {
    return { columns: new Map(), isOpaque: true };
  }
  const tables = new Map<string, Relation>();
  for (const item of node.SelectStmt.fromClause ?? []) {
    if (!collectTables(item, tables, index)) origins.isOpaque = true;
  }
  for (const target of node.SelectStmt.targetList ?? []) {
    if (!("ResTarget" in target)) continue;
    const value = target.ResTarget.val;
    if (value === undefined || !("ColumnRef" in value)) continue;
    const fields = (value.ColumnRef.fields ?? []).map((field) =>
      "String" in field ? (field.String.sval ?? "") : "",
    );
    const column = fields.at(-1) ?? "";
    const source = fields.length > 1 ? tables.get(fields[0] ?? "") : [...tables.values()][0];
    if (source === undefined) continue;
    const shown = target.ResTarget.name ?? column;
    if (source.definition === null) {
      origins.columns.set(`${source.schema}.${source.name}.${column}`, shown);
      continue;
    }
    for (const [origin, name] of inner(source).columns) {
      if (name === column) origins.columns.set(origin, shown);
    }
  }
  return origins;
}

/** False when the source is anything but tables and joins of tables. */
function collectTables(node: Node, tables: Map<string, Relation>, index: SchemaIndex): boolean {
  if ("RangeVar" in node) {
    const { schemaname = "public", relname = "", alias } = node.RangeVar;
    const relation = index.relation(schemaname, relname);
    if (relation === undefined) return false;
    tables.set(alias?.aliasname ?? relname, relation);
    return true;
  }
  if ("JoinExpr" in node) {
    const { larg, rarg } = node.JoinExpr;
    const left = larg === undefined || collectTables(larg, tables, index);
    const right = rarg === undefined || collectTables(rarg, tables, index);
    return left && right;
  }
  return false;
}
