import { z } from "zod";

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
    .pipe(z.int().min(min).max(max))
    // The contract speaks of the number and not of its digits.
    .meta({ type: "integer", minimum: min, maximum: max, pattern: undefined });

/** `true` or `false`. */
export const flag = z.stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" }).meta({
  type: "boolean",
});
