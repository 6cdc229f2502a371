import { normalizeStoredMeetEvent } from "../classes/meet/receive.ts";
import { normalizeStoredZoomEvent } from "../classes/zoom/receive.ts";
import { normalizeStoredVapiEvent } from "../voice/vapi/receive.ts";
import type { NormalizeStored, StoredEvent } from "./stored-event.ts";

/** Who makes our event of a stored delivery, one line a provider. */
export const normalizers: Readonly<Partial<Record<StoredEvent["provider"], NormalizeStored>>> = {
  zoom: normalizeStoredZoomEvent,
  google_meet: normalizeStoredMeetEvent,
  vapi: normalizeStoredVapiEvent,
};
