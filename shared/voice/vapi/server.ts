import { publicUrl, vapiCredentialId } from "./env.ts";

/** Where VAPI sends everything about our assistants and numbers. */
export const webhookUrl = (): string => `${publicUrl()}/functions/v1/vapi-webhook`;

/**
 * The `server` of every assistant and number. VAPI retries nothing unless told so; a body that is no JSON or too
 * long will be the same the next time.
 * @see https://docs.vapi.ai/server-url/setting-server-urls
 */
export function vapiServer() {
  return {
    url: webhookUrl(),
    credentialId: vapiCredentialId(),
    timeoutSeconds: 20,
    backoffPlan: {
      type: "exponential",
      maxRetries: 5,
      baseDelaySeconds: 2,
      excludedStatusCodes: [400, 413],
    },
  };
}
