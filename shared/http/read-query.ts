import type { z } from "zod";
import { parseInput } from "./input.ts";

/**
 * Reads the query string of a URL through a schema of its parameters. Parameters that the schema does not know are
 * ignored by `z.object` and refused by `z.strictObject`.
 * @throws ApiError `invalid_input` 422 for a bad, missing or repeated parameter; details [{path, message}]
 */
export async function readQuery<Schema extends z.ZodType>(
  { searchParams }: URL,
  schema: Schema,
): Promise<z.output<Schema>> {
  // A name that came more than once has a list, which no schema has a place for.
  const values = [...new Set(searchParams.keys())].map((name) => {
    const all = searchParams.getAll(name);
    return [name, all.length === 1 ? all[0] : all];
  });
  return await parseInput(schema, Object.fromEntries(values), { areKeysTold: true });
}
