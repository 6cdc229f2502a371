import type { z } from "zod";
import type { Database } from "../../supabase/database.types.ts";

type FunctionName = keyof Database["public"]["Functions"];

/**
 * What the contract says of a function that clients call over `/rest/v1/rpc`, beyond what the catalog knows: its
 * arguments' types, and its answer where that is a row, a list of rows or a plain value.
 */
export interface RpcDeclaration {
  /** One line. */
  readonly summary: string;
  /** What a caller has to know beyond that, in Markdown: who may call it, and what happens. */
  readonly description?: string;
  /** What an argument means, with its unit, by its name; where the database says `jsonb`, a schema that describes itself. */
  readonly args?: Readonly<Record<`p_${string}`, string | z.ZodType>>;
  /** What it answers, where the database says `jsonb`. */
  readonly answer?: z.ZodType;
  /** The codes that it refuses with, beside those that every request may meet. */
  readonly refuses?: readonly string[];
}

/** The functions of one domain that clients call. */
export type Rpcs = { readonly [Name in FunctionName]?: RpcDeclaration };
