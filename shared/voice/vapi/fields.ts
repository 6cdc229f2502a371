import { z } from "zod";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import { storableText } from "../../core/text.ts";
import { vendorTime } from "../../vendor/time.ts";

// Readers that never refuse: VAPI's payloads carry more, less and other things than its schema says, and
// a call is metered by what can be read of its report.

/** Text of at most so many characters; null for what is missing, blank or not text. */
export const text = (maxLength: number) =>
  z
    .string()
    .transform((value) => (value.trim() === "" ? null : storableText(value.slice(0, maxLength))))
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);

/** An id or a short word, trimmed. */
export const word = text(255).transform((value) => value?.trim() ?? null);

/** When something happened, ISO 8601 or epoch milliseconds, as ISO 8601 in UTC; null when it is missing, none, or not to be believed. */
export const time = z
  .unknown()
  .optional()
  .transform((value) => vendorTime(value));

/** A number of something, never negative and never absurd (it has to fit `numeric(12,6)`). */
export const amount = z
  .number()
  .min(0)
  .lt(1_000_000)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** A length of at most a month, in the given number of milliseconds each. */
export const length = (unitMilliseconds: number) =>
  z
    .number()
    .min(0)
    .max(2_678_400_000 / unitMilliseconds)
    .transform((value) => Math.round(value * unitMilliseconds))
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);

const json: z.ZodType<JsonValue> = z.json();

/** An object as it came; null when there is none. */
export const object: z.ZodType<JsonObject | null> = z
  .record(z.string(), json)
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** Any JSON as it came; null when there is none. */
export const anything: z.ZodType<JsonValue> = json
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An evaluation, which rubrics answer as text, number, boolean or lists of checks; as text. */
export const evaluation = anything.transform((value) => {
  if (value === null || value === "") return null;
  return storableText((typeof value === "string" ? value : JSON.stringify(value)).slice(0, 4000));
});

/** A lasting address without its query, which is where a signature would be; null when it is none. */
export const lastingUrl = word.transform((value) => {
  if (value === null || !URL.canParse(value)) return null;
  const url = new URL(value);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return null;
  url.search = "";
  url.hash = "";
  return url.href.length <= 2000 ? url.href : null;
});

/** A part of a message; empty when it is missing or no object, so that its readers give null. */
export function part<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.preprocess(
    (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {}),
    z.object(shape),
  );
}
