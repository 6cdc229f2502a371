import { z } from "zod";
import { refusal } from "../../core/errors.ts";
import { parseInput } from "../../http/input.ts";
import { created } from "../../http/responses.ts";
import type { UserContext } from "../../http/with-user.ts";
import { announce } from "./announce.ts";
import { giveUp, settle } from "./settle.ts";
import { storeInspected } from "./store.ts";

/** What fits into one request; larger files take the two steps. */
const MAX_FORM_FILE_BYTES = 6 * 1024 * 1024;

/** Room for the other field, the file's headers and the boundaries. */
const FORM_OVERHEAD_BYTES = 64 * 1024;

const AttachFileInput = z.strictObject({
  ticket_id: z.uuid(),
  file: z
    .instanceof(File, { error: "must be one file" })
    .refine((file) => file.size > 0, "is empty"),
});

/**
 * A file in one request, `multipart/form-data` with `ticket_id` and `file`: announced, inspected, stored and ready.
 * @throws ApiError those of both steps, `payload_too_large` 413
 */
export async function attachFile({ db, user, service, form }: UserContext): Promise<Response> {
  const fields = await form(MAX_FORM_FILE_BYTES + FORM_OVERHEAD_BYTES);
  const { ticket_id, file } = await parseInput(AttachFileInput, fields);
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
  return created(await settle(service(), user.id, announced, verdict));
}
