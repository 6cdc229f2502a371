import { uuidOf } from "../../core/uuid.ts";
import { publicUrl } from "./env.ts";
import { webhookUrl } from "./server.ts";

// What we create at VAPI carries our id, so that it is found again when the answer to its creation was lost. Several
// deployments may share an organisation, so the tag names the deployment as well.

/** The metadata of an assistant, for which VAPI has no other use. */
export const assistantTag = (assistantId: string) => ({
  switchboard: publicUrl(),
  assistant_id: assistantId,
});

/** Our id of an assistant at VAPI; undefined when it is none of this deployment's. */
export function taggedAssistant(metadata: unknown): string | undefined {
  if (typeof metadata !== "object" || metadata === null) return undefined;
  const { switchboard, assistant_id } = { switchboard: null, assistant_id: null, ...metadata };
  if (switchboard !== publicUrl() || typeof assistant_id !== "string") return undefined;
  return uuidOf(assistant_id);
}

const PREFIX = "sb-";

/** The name of a number at VAPI, which knows no metadata for numbers: 39 of the 40 characters that it may have. */
export const numberTag = (phoneNumberId: string): string => `${PREFIX}${phoneNumberId}`;

/** Our id of a number at VAPI; undefined when it is none of this deployment's. */
export function taggedNumber(number: {
  readonly name?: string | null | undefined;
  readonly server?: { readonly url?: string | null | undefined } | null | undefined;
}): string | undefined {
  if (number.server?.url !== webhookUrl() || !number.name?.startsWith(PREFIX)) return undefined;
  return uuidOf(number.name.slice(PREFIX.length));
}
