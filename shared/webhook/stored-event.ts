import { z } from "zod";
import { Constants } from "../../supabase/database.types.ts";
import type { JsonObject } from "../core/json.ts";

/** A delivery of the inbox whose normalised form is missing: its type was unknown when it came, or it is to be made again. */
export const StoredEvent = z.object({
  id: z.uuid(),
  provider: z.enum(Constants.public.Enums.webhook_provider),
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

/** What a provider's folder has for that. The file is loaded when a delivery is waiting, which is rare. */
export interface Sender {
  readonly normalizer: () => Promise<{ readonly normalizeStored: NormalizeStored }>;
}

/** The senders of stored deliveries. */
export type Senders = Readonly<Record<StoredEvent["provider"], Sender>>;
