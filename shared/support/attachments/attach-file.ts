import { z } from "zod";
import { refusal } from "../../core/errors.ts";
import { userRoute } from "../../http/with-user.ts";
import { announce } from "./announce.ts";
import { giveUp, settle } from "./settle.ts";
import { storeInspected } from "./store.ts";

/** What fits into one request; larger files take the two steps. */
const MAX_FORM_FILE_BYTES = 6 * 1024 * 1024;

/** Room for the other field, the file's headers and the boundaries. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

/** The bytes of a file come with their announcement: announced, inspected, stored and ready. */
export const attachFile = userRoute("POST /attachment-upload", {
  summary: "Attach a file of up to 6 MiB to a ticket, in one request",
  body: z.strictObject({
    ticket_id: z.uuid(),
    file: z
      .instanceof(File, { error: "must be one file" })
      .refine((file) => file.size > 0, "is empty")
      .meta({ type: "string", format: "binary", description: "Its name and type are the part's." }),
  }),
  media: "multipart/form-data",
  maxBytes: MAX_FORM_FILE_BYTES + FORM_OVERHEAD_BYTES,
  answers: { 201: "Attachment" },
  rpcs: ["create_attachment"],
  refuses: ["attachment_type_refused", "attachment_too_large", "attachment_rejected"],
  handle: async ({ db, user, service, body: { ticket_id, file } }) => {
    if (file.size > MAX_FORM_FILE_BYTES) throw refusal("payload_too_large");
    const announced = await announce(db, {
      ticket_id,
      file_name: file.name,
      content_type: file.type,
      size_bytes: file.size,
    });
    const verdict = await storeInspected(service(), announced, file.stream()).catch(
      async (error: unknown) => {
        await giveUp(service(), user.id, announced);
        throw error;
      },
    );
    return await settle(service(), user.id, announced, verdict);
  },
});
