import type { Place } from "../code/operations.ts";
import type { Value } from "../code/values.ts";
import type { ProjectFacts } from "../project.ts";
import type { CodeFinding, DynamicPlace, MissingKind } from "../report.ts";
import type { Relation, Schema } from "../schema/model.ts";
import { SchemaIndex } from "../schema/names.ts";
import { Relationships } from "./relations.ts";
import { Wants } from "./wants.ts";

/** Rows that a query works on: a relation, or columns without one (a function's rows). */
export type Rows = { relation: Relation; columns: null } | { relation: null; columns: string[] };

/** Where a node of the code stands. */
export type PlaceOf = (value: { node: Value["node"] }) => Place;

/** What all checks share: the schema, the findings, the counts. */
export class CheckContext {
  readonly index: SchemaIndex;
  readonly relationships: Relationships;
  readonly facts: ProjectFacts;
  readonly findings: CodeFinding[] = [];
  readonly dynamic: DynamicPlace[] = [];
  readonly wants = new Wants();
  /** `schema.name` of every relation that the code uses. */
  readonly used = new Set<string>();
  /** Where a value stands in the code. */
  readonly placeOf: PlaceOf;
  checked = 0;
  readonly #seen = new Set<string>();

  constructor(schema: Schema, facts: ProjectFacts, placeOf: PlaceOf) {
    this.placeOf = placeOf;
    this.index = new SchemaIndex(schema);
    this.relationships = new Relationships(this.index);
    this.facts = facts;
  }

  /** Adds a finding, once for a place and message. */
  report(kind: MissingKind, place: Place, message: string, nearest: string | null = null): void {
    const key = `${kind} ${place.file}:${place.line}:${place.column} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.findings.push({ kind, place, message, nearest, hint: null });
  }

  /** Notes a use that the compiler cannot follow: it is reported and not checked. */
  cannotTell(what: string, place: Place): void {
    const key = `${what} ${place.file}:${place.line}:${place.column}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.dynamic.push({ what, place });
  }
}
