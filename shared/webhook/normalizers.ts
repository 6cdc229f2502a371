import type { NormalizeStored, StoredEvent } from "./stored-event.ts";

type Load = () => Promise<NormalizeStored>;

/** Who makes our event of a stored delivery, one line a provider; loaded when one is waiting, which is rare. */
export const normalizers: Readonly<Partial<Record<StoredEvent["provider"], Load>>> = {
  zoom: async () => (await import("../classes/zoom/receive.ts")).normalizeStoredZoomEvent,
  google_meet: async () => (await import("../classes/meet/receive.ts")).normalizeStoredMeetEvent,
  vapi: async () => (await import("../voice/vapi/receive.ts")).normalizeStoredVapiEvent,
};
