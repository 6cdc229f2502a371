import { z } from "zod";

/** What its owner calls a number. */
export const FriendlyName = z.string().trim().min(1).max(100);
const common = {
  friendly_name: FriendlyName.optional(),
  assistant_id: z.uuid().nullable().optional(),
};
const twilio = {
  ...common,
  provider: z.literal("twilio"),
  /** E.164. */
  phone_number: z.string().regex(/^\+[1-9]\d{1,14}$/, "must be a number such as +14155550100"),
  twilio_account_sid: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 hexadecimal digits"),
};
const secret = z.string().min(1).max(200);

/**
 * A number that is to be connected: one of the user's own at Twilio, with either kind of Twilio's credentials, which go to VAPI
 * and are kept nowhere, or one of VAPI's by area code.
 */
export const ImportInput = z.union([
  z.strictObject({ ...twilio, twilio_auth_token: secret }),
  z.strictObject({ ...twilio, twilio_api_key: secret, twilio_api_secret: secret }),
  z.strictObject({
    ...common,
    provider: z.literal("vapi"),
    area_code: z.string().regex(/^[2-9]\d{2}$/, "must be three digits of a US area code"),
  }),
]);
export type ImportInput = z.infer<typeof ImportInput>;
