import { receiveVapiMessage } from "../../../shared/voice/vapi/receive.ts";
import { vapiVerifier } from "../../../shared/voice/vapi/verifier.ts";
import { withWebhook } from "../../../shared/webhook/with-webhook.ts";

/** Answers VAPI's questions about calls and takes its reports; see docs/api/vapi-webhook.md. */
export default {
  fetch: withWebhook(vapiVerifier(), receiveVapiMessage),
};
