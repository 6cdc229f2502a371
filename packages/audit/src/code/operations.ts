import type { Value } from "./values.ts";

/** Where something stands in the code, from 1. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

/** A string of the code with the place that it is written at. */
export interface PlacedText {
  text: string;
  place: Place;
  /** Place of a character of the text: strings over several lines. */
  placeAt(offset: number): Place;
}

/** What a query asks: a relation by any of several names, or the rows that a function returns. */
export interface QueryTarget {
  kind: "from" | "rpc";
  /** Null when only a run would tell. */
  schema: string | null;
  schemaPlace: Place;
  names: PlacedText[] | null;
  place: Place;
}

/** Columns named by a filter or an order. */
export interface ColumnUse {
  path: PlacedText;
  /** supabase-js's name of the filter; null for `order`. */
  operator: string | null;
  /** What the column is compared with; null when it is not known or no plain comparison. */
  values: Value | null;
  /** The related table that `order` and `or` name in their options. */
  related: PlacedText | null;
}

/** One call of a query. */
export type Step =
  | { kind: "select"; list: PlacedText[] | null; place: Place; isReturning: boolean }
  | {
      kind: "write";
      verb: "insert" | "update" | "upsert";
      rows: Value;
      /** Undefined: not given. Null: only a run would tell. */
      onConflict: PlacedText | null | undefined;
      place: Place;
    }
  | { kind: "delete"; place: Place }
  | { kind: "columns"; columns: ColumnUse[]; place: Place }
  | { kind: "dynamic"; what: string; place: Place };

/** One supabase-js use with all its calls. */
export type Use =
  | {
      kind: "query";
      target: QueryTarget;
      args: Value | null;
      hasArgs: boolean;
      steps: Step[];
      reads: PlacedText[];
    }
  | { kind: "bucket"; names: PlacedText[] | null; place: Place }
  | { kind: "create bucket"; names: PlacedText[] | null; place: Place }
  | { kind: "invoke"; names: PlacedText[] | null; place: Place }
  | {
      kind: "realtime";
      schema: PlacedText | null;
      table: PlacedText | null;
      filter: PlacedText | null;
      place: Place;
    };
