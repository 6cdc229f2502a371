import { z } from "zod";
import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { VendorPath } from "../../vendor/address.ts";
import type { VendorClient } from "../../vendor/client.ts";
import { isVendorStatus } from "../../vendor/error.ts";

const Assistant = z.object({
  id: z.string().min(1),
  createdAt: z.string(),
  metadata: z.unknown().optional(),
});

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

const Call = z.object({ id: z.string().min(1), createdAt: z.string() }).catchall(z.json());

const PAGE = 1000;
/** A call comes with all that was said in it. */
const CALLS_PAGE = 100;

interface Listing<Item> {
  readonly path: string;
  readonly item: z.ZodType<Item>;
  readonly filter: Readonly<Record<string, string>>;
  readonly pageSize: number;
}

/** Walks a list that has no cursor: newest first, the next page from the oldest seen, ties dropped by id. */
async function* pages<Item extends { id: string; createdAt: string }>(
  client: VendorClient,
  { path, item, filter, pageSize }: Listing<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  const seen = new Set<string>();
  let createdAtLe: string | undefined;
  for (;;) {
    const query = { ...filter, limit: pageSize, createdAtLe };
    const items = await client([path], z.array(item), { query, signal });
    const news = items.filter(({ id }) => !seen.has(id));
    for (const { id } of news) seen.add(id);
    createdAtLe = items.at(-1)?.createdAt;
    if (news.length > 0) yield news;
    if (items.length < pageSize || news.length === 0) return;
  }
}

async function all<Item>(walk: AsyncGenerator<Item[]>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of walk) found.push(...page);
  return found;
}

type Filter = Readonly<Record<string, string>>;

/** What VAPI has, or null where it has nothing. */
async function orNull<Found>(asked: Promise<Found>): Promise<Found | null> {
  try {
    return await asked;
  } catch (error) {
    if (isVendorStatus(error, 404)) return null;
    throw error;
  }
}

/** 404 is what was asked for. */
async function remove(client: VendorClient, path: VendorPath, signal: AbortSignal): Promise<void> {
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
    client([path], answer, { method: "POST", json, signal });
  return {
    createAssistant: (body: JsonObject) => post("assistant", Assistant, body),
    updateAssistant: (id: string, json: JsonObject) =>
      client(["assistant", id], Assistant, { method: "PATCH", json, signal }),
    deleteAssistant: (id: string) => remove(client, ["assistant", id], signal),
    listAssistants: (filter: Filter = {}) =>
      all(pages(client, { path: "assistant", item: Assistant, filter, pageSize: PAGE }, signal)),

    createNumber: (body: JsonObject) => post("phone-number", PhoneNumber, body),
    /** Null when VAPI has no such number. */
    findNumber: (id: string) => orNull(client(["phone-number", id], PhoneNumber, { signal })),
    deleteNumber: (id: string) => remove(client, ["phone-number", id], signal),
    listNumbers: (filter: Filter = {}) =>
      all(
        pages(client, { path: "phone-number", item: PhoneNumber, filter, pageSize: PAGE }, signal),
      ),

    /** As VAPI has it; null when there is none. */
    getCall: (id: string): Promise<JsonValue> => orNull(client(["call", id], z.json(), { signal })),
    /** Page by page: together they may be larger than memory. */
    callPages: (filter: Filter) =>
      pages(client, { path: "call", item: Call, filter, pageSize: CALLS_PAGE }, signal),
  };
}

export type VapiOperations = ReturnType<typeof vapiOperations>;
