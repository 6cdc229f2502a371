import { z } from "zod";

export const time = z.iso.datetime({ offset: true });

const size = z.int().min(1).describe("Bytes.");

/** A file as the parts of a conversation name it. */
export const SentFile = z
  .object({
    id: z.uuid(),
    file_name: z.string(),
    content_type: z.string().describe("What the file is, by its inspection."),
    size_bytes: size,
  })
  .describe("A file that was sent with a message or a reply.");

/** Where a file can be fetched. */
export const FileLink = z
  .object({
    url: z
      .url()
      .describe(
        "Opens for whoever holds it. Images are shown, everything else is saved as a file.",
      ),
    expires_at: time.describe("When the link ends: five minutes after this answer."),
  })
  .describe("A link to a file, to be followed at once.");

/** A file of a conversation, with its link. */
export const LinkedFile = SentFile.extend({
  url: FileLink.shape.url.optional(),
  expires_at: FileLink.shape.expires_at.optional(),
}).describe("A file with a link; `url` and `expires_at` are missing when its content is gone.");

/** A file of a conversation, as the database knows it. */
export const StoredFile = SentFile.extend({
  path: z
    .string()
    .describe("Its name in Storage, from which only `GET /attachment-upload/{id}` makes a link."),
}).describe("A file of a ticket without a link.");

/** What `create_attachment` answers. */
export const AnnouncedFile = StoredFile.extend({
  content_type: z.string().describe("What the file is, as it was declared."),
  size_bytes: size.describe("Bytes, as they were declared."),
}).describe("A file that was announced and is not uploaded yet.");

/** A file that can be sent. */
export const Attachment = z
  .object({
    attachment_id: z.uuid(),
    file_name: z.string().describe("The name that it is saved under, without harmful characters."),
    content_type: z.string(),
    size_bytes: size,
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe("The hash of the content, in hexadecimal."),
    state: z.literal("ready"),
  })
  .describe("A file that was inspected: it can be sent with a message, and read.");

/** The first of two steps of an upload. */
export const StartedUpload = z
  .object({
    attachment_id: z.uuid(),
    upload: z
      .object({
        path: z.string(),
        token: z.string(),
        url: z.url().describe("What the file can be sent to with PUT, instead."),
        expires_at: time.describe("When `token` and `url` end."),
      })
      .describe(
        'What `storage.from("ticket-attachments").uploadToSignedUrl(path, token, file)` takes.',
      ),
  })
  .describe("A file that was announced, and where to upload it.");
