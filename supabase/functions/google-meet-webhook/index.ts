import { acknowledgeGarbage, receiveMeetEvent } from "../../../shared/classes/meet/receive.ts";
import { googleVerifier } from "../../../shared/webhook/verifiers/google.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Google Meet's events, pushed by Pub/Sub; see docs/api/google-meet.md. */
export default {
  fetch: withWebhook(googleVerifier(), receiveMeetEvent, { onUnreadable: acknowledgeGarbage }),
};
