import type { Normalizers } from "../../../shared/webhook/stored-event.ts";

/** Who makes our event of a stored delivery, one line a provider. */
export const normalizers: Normalizers = {
  zoom: () => import("../../../shared/classes/zoom/receive.ts"),
  google_meet: () => import("../../../shared/classes/google-meet/receive.ts"),
  vapi: () => import("../../../shared/voice/vapi/receive.ts"),
};
