import type { JsonObject } from "../../core/json.ts";
import { vapiServer } from "../vapi/server.ts";
import type { ImportInput } from "./number-input.ts";

function providerPart(input: ImportInput): JsonObject {
  if (input.provider === "vapi") {
    return { provider: "vapi", numberDesiredAreaCode: input.area_code };
  }
  const credentials =
    "twilio_auth_token" in input
      ? { twilioAuthToken: input.twilio_auth_token }
      : { twilioApiKey: input.twilio_api_key, twilioApiSecret: input.twilio_api_secret };
  return {
    provider: "twilio",
    number: input.phone_number,
    twilioAccountSid: input.twilio_account_sid,
    ...credentials,
    // Text messages stay where they are.
    smsEnabled: false,
  };
}

/**
 * VAPI's body of a number. It never names an assistant: without one VAPI asks our webhook about every call, which is where
 * limits are kept. The name, which is its tag, is given to it once the row has an id.
 * @throws EnvironmentError when we cannot be reached by VAPI
 * @see https://docs.vapi.ai/api-reference/phone-numbers/create
 */
export function numberBody(input: ImportInput): JsonObject {
  return { ...providerPart(input), server: vapiServer() };
}
