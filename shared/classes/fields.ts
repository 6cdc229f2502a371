import { z } from "zod";

/** Trimmed text; null for what is missing, blank or not text. Zoom sends "" where it knows nothing. */
export const text = z
  .string()
  .trim()
  .transform((value) => (value === "" ? null : value.slice(0, 1000)))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An id that a provider writes as a string in some events and as a number in others; null when missing or blank. */
export const id = z
  .union([z.string(), z.number().int().nonnegative()])
  .transform((value) => String(value).trim())
  .transform((value) => (value === "" ? null : value.slice(0, 255)))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An id that the event is useless without. */
export const requiredId = id.pipe(z.string());

const MAX_MILLISECONDS = Date.UTC(9999, 11, 31);

/** A time as ISO 8601 in UTC; null when it is missing or none. */
export const time = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => {
    const milliseconds = Date.parse(value ?? "");
    if (!(Math.abs(milliseconds) < MAX_MILLISECONDS)) return null;
    return milliseconds < Date.UTC(1, 0) ? null : new Date(milliseconds).toISOString();
  });

/** Epoch milliseconds as ISO 8601 in UTC; null when missing or absurd. */
export const epochMilliseconds = z
  .number()
  .int()
  .min(0)
  .lt(MAX_MILLISECONDS)
  .transform((value) => new Date(value).toISOString())
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** A whole number of minutes or bytes; null when missing or none. */
export const count = z
  .number()
  .int()
  .nonnegative()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
