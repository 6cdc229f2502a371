import type { Normalizers } from "../../../shared/webhook/stored-event.ts";

/** The function that turns a stored delivery into our event, one line for each provider. */
export const normalizers: Normalizers = {
  zoom: () => import("../../../shared/classes/zoom/receive.ts"),
  google_meet: () => import("../../../shared/classes/google-meet/receive.ts"),
  vapi: () => import("../../../shared/voice/vapi/receive.ts"),
};
