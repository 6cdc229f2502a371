import type { ApiError } from "../../core/api-error.ts";
import type { Db } from "../../core/db.ts";
import type { JsonObject } from "../../core/json.ts";
import { call, rpc } from "../../db/call.ts";
import { userRoute } from "../../http/with-user.ts";
import { isVendorStatus, VendorError } from "../../vendor/error.ts";
import { voiceProviderUnavailable, voiceRefusal } from "../errors.ts";
import { type VapiOperations, vapiOperations } from "../vapi/api.ts";
import { vapiClient } from "../vapi/client.ts";
import { numberTag } from "../vapi/tags.ts";
import { numberBody } from "./number-body.ts";
import { ImportInput } from "./number-input.ts";
import { noteAtVapi } from "./number-state.ts";

/** When to come again if VAPI does not say it. */
const RETRY_SECONDS = 60;

/** What the owner is shown of a number: neither VAPI's id nor Twilio's account. */
export const NUMBER_COLUMNS =
  "id, phone_number, friendly_name, provider, area_code, assistant_id, status, error, created_at";

interface Import {
  /** The user's own client. */
  readonly db: Db;
  readonly service: Db;
  readonly userId: string;
  readonly input: ImportInput;
}

/** VAPI did nothing: its answer says so, or it was never reached. Undefined when it may have imported the number. */
function definiteRefusal(error: VendorError, { provider }: ImportInput): ApiError | undefined {
  const { status, code } = error;
  if (status === 400 || status === 409 || status === 422) {
    // One answer for bad credentials and for a number that somebody has: whether it is taken is nobody's business.
    return voiceRefusal(provider === "vapi" ? "area_code_unavailable" : "number_refused");
  }
  if (code !== "vapi_unreachable" && (status === null || status >= 500 || status < 400)) {
    return undefined;
  }
  const seconds = error.retryAfterSeconds ?? RETRY_SECONDS;
  return voiceProviderUnavailable(code, seconds);
}

/**
 * Has VAPI give up what the user has given up before, where that is the number which is to be added: its release may still wait in the queue.
 * @returns whether the number may be free now
 * @throws VendorError that nothing was imported, when VAPI does not answer
 */
async function makeWay({ service, userId, input }: Import, vapi: VapiOperations): Promise<boolean> {
  if (input.provider !== "twilio") return false;
  let isFree = false;
  try {
    for (const id of await rpc(service, "numbers_to_release", { p_user_id: userId })) {
      const number = await vapi.findNumber(id);
      if (number?.number === input.phone_number) await vapi.deleteNumber(id);
      isFree ||= number === null || number.number === input.phone_number;
    }
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    const { retryAfterSeconds } = error;
    throw new VendorError({ code: "vapi_unreachable", retryAfterSeconds });
  }
  return isFree;
}

async function create(wanted: Import, vapi: VapiOperations, body: JsonObject) {
  try {
    return await vapi.createNumber(body);
  } catch (error) {
    if (!isVendorStatus(error, 400, 409, 422) || !(await makeWay(wanted, vapi))) throw error;
    return await vapi.createNumber(body);
  }
}

function begin({ service, userId, input }: Import): Promise<string> {
  const { friendly_name, assistant_id } = input;
  return rpc(service, "begin_number_import", {
    p_user_id: userId,
    p_provider: input.provider,
    ...(friendly_name ? { p_friendly_name: friendly_name } : {}),
    ...(assistant_id ? { p_assistant_id: assistant_id } : {}),
    ...(input.provider === "vapi"
      ? { p_area_code: input.area_code }
      : { p_phone_number: input.phone_number, p_twilio_account_sid: input.twilio_account_sid }),
  });
}

/**
 * Connects a number: a row, then VAPI, then what VAPI said. The Twilio secret goes to VAPI in this request and nowhere else,
 * so no task can repeat it: when VAPI's answer does not come, the number stays `importing` (202) and a task finds out.
 */
export const importNumber = userRoute("POST /phone-numbers", {
  summary: "Connect a phone number",
  description:
    "201 when it is connected. 202 when the provider's answer did not come: the number is `importing`, and becomes `active` or `failed`. Credentials of Twilio go to the provider and are kept nowhere. A refusal has written nothing.",
  body: ImportInput,
  answers: { 201: "PhoneNumber", 202: "PhoneNumber" },
  refuses: [
    "limit_reached",
    "account_expired",
    "account_suspended",
    "account_closing",
    "rate_limited",
    "number_already_added",
    "number_refused",
    "area_code_unavailable",
    "voice_provider_unavailable",
  ],
  handle: async ({ db, service, user, body: input, log }) => {
    const wanted: Import = { db, service: service(), userId: user.id, input };
    const vapi = vapiOperations(vapiClient(), new AbortController().signal);
    // Before anything is written, because it may find that something is not configured.
    const body = numberBody(input);
    const id = await begin(wanted);
    const readBack = () =>
      call(() => db.from("phone_numbers").select(NUMBER_COLUMNS).eq("id", id).single());
    try {
      const number = await create(wanted, vapi, { ...body, name: numberTag(id) });
      const state = await noteAtVapi(wanted.service, id, number, input.provider === "twilio");
      if (state === "refused") throw voiceRefusal("number_refused");
      return await readBack();
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      log({ vapi: error.code });
      const refused = definiteRefusal(error, input);
      if (refused === undefined) return Response.json(await readBack(), { status: 202 });
      await rpc(wanted.service, "abandon_number_import", { p_phone_number_id: id });
      throw refused;
    }
  },
});
