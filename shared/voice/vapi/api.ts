import { z } from "zod";
import type { JsonObject, JsonValue } from "../../http/json.ts";
import type { VendorClient } from "../../http/vendor-client.ts";
import { isVendorStatus } from "../../http/vendor-error.ts";

const Assistant = z.object({ id: z.string().min(1), createdAt: z.string(), metadata: z.unknown() });
export type VapiAssistant = z.infer<typeof Assistant>;

/** Only what is needed: VAPI's number objects echo the Twilio secrets, which are dropped here. */
const PhoneNumber = z.object({
  id: z.string().min(1),
  createdAt: z.string(),
  number: z.string().nullish(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  server: z.object({ url: z.string().nullish() }).nullish(),
});
export type VapiPhoneNumber = z.infer<typeof PhoneNumber>;

const Call = z.looseObject({ id: z.string().min(1), createdAt: z.string() });

const PAGE = 1000;
const MAX_PAGES = 100;

/** Walks a list that has no cursor: newest first, the next page from the oldest seen, ties dropped by id. */
async function listAll<Item extends { id: string; createdAt: string }>(
  client: VendorClient,
  path: string,
  item: z.ZodType<Item>,
  filter: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Item[]> {
  const found = new Map<string, Item>();
  let oldest: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = { ...filter, limit: PAGE, createdAtLe: oldest };
    const items = await client(path, z.array(item), { query, signal });
    const before = found.size;
    for (const one of items) found.set(one.id, one);
    oldest = items.at(-1)?.createdAt;
    if (items.length < PAGE || found.size === before) break;
  }
  return [...found.values()];
}

const at = (path: string, id: string) => `${path}/${encodeURIComponent(id)}`;

/** 404 is what was asked for. */
async function remove(client: VendorClient, path: string, signal: AbortSignal): Promise<void> {
  try {
    await client(path, z.unknown(), { method: "DELETE", signal });
  } catch (error) {
    if (!isVendorStatus(error, 404)) throw error;
  }
}

/**
 * The calls of VAPI's REST API that Switchboard makes. Each throws a `VendorError`; deleting what is not there is done.
 * @see https://docs.vapi.ai/api-reference
 */
export function vapiOperations(client: VendorClient, signal: AbortSignal) {
  const post = <Answer>(path: string, answer: z.ZodType<Answer>, json: JsonObject) =>
    client(path, answer, { method: "POST", json, signal });
  return {
    createAssistant: (body: JsonObject) => post("assistant", Assistant, body),
    updateAssistant: (id: string, json: JsonObject) =>
      client(at("assistant", id), Assistant, { method: "PATCH", json, signal }),
    deleteAssistant: (id: string) => remove(client, at("assistant", id), signal),
    listAssistants: (filter: Readonly<Record<string, string>> = {}) =>
      listAll(client, "assistant", Assistant, filter, signal),

    createNumber: (body: JsonObject) => post("phone-number", PhoneNumber, body),
    getNumber: (id: string) => client(at("phone-number", id), PhoneNumber, { signal }),
    deleteNumber: (id: string) => remove(client, at("phone-number", id), signal),
    listNumbers: (filter: Readonly<Record<string, string>> = {}) =>
      listAll(client, "phone-number", PhoneNumber, filter, signal),

    /** As VAPI has it; null when there is none. */
    getCall: async (id: string): Promise<JsonValue> => {
      try {
        return await client(at("call", id), z.json(), { signal });
      } catch (error) {
        if (isVendorStatus(error, 404)) return null;
        throw error;
      }
    },
    listCalls: (filter: Readonly<Record<string, string>>) =>
      listAll(client, "call", Call, filter, signal),
  };
}
