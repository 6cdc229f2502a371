import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";

const { phone_number_provider, phone_number_status } = Constants.public.Enums;

const Id = z.guid();

/** What a number's owner is shown of it. */
export const PhoneNumber = z
  .object({
    id: Id.describe("The number's row."),
    phone_number: z
      .string()
      .nullable()
      .describe("E.164; null while the provider has not told which number it gave."),
    friendly_name: z.string().nullable().describe("The owner's name for it; null without one."),
    provider: z.enum(phone_number_provider).describe("Whose number it is."),
    area_code: z
      .string()
      .nullable()
      .describe("The US area that a number from vapi was asked for; null for others."),
    assistant_id: Id.nullable().describe("The assistant that answers; null is nobody."),
    status: z
      .enum(phone_number_status)
      .describe(
        "importing: asked for; active: it is answered; failed: see error; released: given up.",
      ),
    error: z
      .string()
      .nullable()
      .describe("Why it failed, such as number_import_unconfirmed or number_gone; else null."),
    created_at: z.iso.datetime({ offset: true }).describe("When it was added."),
  })
  .describe("A phone number of the caller.");
