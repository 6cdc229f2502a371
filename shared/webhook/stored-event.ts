import { z } from "zod";
import type { JsonObject } from "../http/json.ts";

/** A delivery of the inbox whose normalised form is missing: its type was unknown when it came, or it is to be made again. */
export const StoredEvent = z.object({
  id: z.uuid(),
  provider: z.enum(["zoom", "google_meet", "vapi"]),
  event_type: z.string(),
  /** ISO 8601 with offset. */
  occurred_at: z.string().nullable(),
  /** The body as it came, secrets redacted. */
  payload: z.string().nullable(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

/**
 * Makes our event of a stored delivery, as the provider's webhook does at the door.
 * Null: nothing normalises this type (yet).
 */
export type NormalizeStored = (stored: StoredEvent) => Readonly<JsonObject> | null;
