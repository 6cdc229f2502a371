import { z } from "zod";
import { parseInput } from "./input.ts";

/** A lower-cased UUID of any version, as Postgres writes it. */
export const uuid = z.guid().toLowerCase();

/** A text of 1 to `maxLength` characters. */
export const text = (maxLength: number) => z.string().min(1).max(maxLength);

/** A whole number in a range, in digits. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max));

/** `true` or `false`. */
export const flag = z.stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" });

/**
 * Reads the query string of a URL through a schema of its parameters. Parameters that the schema does not know are
 * ignored by `z.object` and refused by `z.strictObject`.
 * @throws ApiError `invalid_input` 422 for a bad, missing or repeated parameter; details [{path, message}]
 * @example const { ticket_id } = await readQuery(url, z.object({ ticket_id: uuid }));
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
