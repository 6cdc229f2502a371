import { z } from "zod";
import { storableText } from "../core/text.ts";
import { vendorTime } from "../vendor/time.ts";

/** Trimmed text that can be stored; null for what is missing, blank or not text. Zoom sends "" where it knows nothing. */
export const text = z
  .string()
  .trim()
  .transform((value) => (value === "" ? null : storableText(value.slice(0, 1000))))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An id that a provider writes as a string in some events and as a number in others; null when missing or blank. */
export const id = z
  .union([z.string(), z.number().int().nonnegative()])
  .transform((value) => String(value).trim())
  .transform((value) => (value === "" ? null : storableText(value.slice(0, 255))))
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** An id that the event is useless without. */
export const requiredId = id.pipe(z.string());

const told = z.unknown().optional();

/** When something happened, as ISO 8601 in UTC; null when it is missing, none, or not to be believed. */
export const time = told.transform((value) => vendorTime(value));

/** When something is planned, as `time`. */
export const planned = told.transform((value) => vendorTime(value, "plan"));

/** A whole number of minutes or bytes; null when missing or none. */
export const count = z
  .number()
  .int()
  .nonnegative()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
