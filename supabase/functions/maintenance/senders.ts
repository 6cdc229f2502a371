import { providers } from "../../../shared/classes/providers.ts";
import type { Senders } from "../../../shared/webhook/stored-event.ts";

/** Whose deliveries the inbox holds. */
export const senders: Senders = {
  ...providers,
  resend: { normalizer: () => import("../../../shared/mail/resend/receive.ts") },
  vapi: { normalizer: () => import("../../../shared/voice/vapi/receive.ts") },
};
