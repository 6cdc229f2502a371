import { type Caller, type CodesOf, path } from "./call.ts";
import type { Answer, Schemas } from "./contract.ts";
import { type Result, readFunctionError, readResponse, type SwitchboardError } from "./error.ts";

/** How far an upload is, in bytes. */
export interface Progress {
  readonly loaded: number;
  readonly total: number;
}

export interface UploadOptions {
  /** Called while the file is sent. Outside of browsers it is called before and after. */
  readonly onProgress?: (progress: Progress) => void;
}

type Uploaded = Answer<"postAttachmentUploadCompleteById">;
type UploadCode = CodesOf<"postAttachmentUpload" | "postAttachmentUploadCompleteById">;

/** The part of XMLHttpRequest that is used: not every runtime has it, nor its types. */
interface UploadRequest {
  readonly upload: { onprogress: ((event: Progress) => void) | null };
  readonly responseText: string;
  readonly status: number;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob): void;
}

const { XMLHttpRequest: Browser } = globalThis as { XMLHttpRequest?: new () => UploadRequest };

/** A browser tells how much it has sent through XMLHttpRequest alone. */
function sendWithProgress(
  request: UploadRequest,
  url: string,
  file: Blob,
  headers: Record<string, string>,
  onProgress: (progress: Progress) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    request.onload = () =>
      resolve(new Response(request.responseText, { status: request.status || 500 }));
    request.onerror = () => reject(new TypeError("The upload was interrupted."));
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(file);
  });
}

async function send(
  url: string,
  file: File,
  onProgress: UploadOptions["onProgress"],
): Promise<SwitchboardError | null> {
  const headers = { "content-type": file.type || "application/octet-stream" };
  const total = file.size;
  try {
    onProgress?.({ loaded: 0, total });
    const response =
      onProgress !== undefined && Browser !== undefined
        ? await sendWithProgress(new Browser(), url, file, headers, onProgress)
        : await fetch(url, { method: "PUT", headers, body: file });
    if (!response.ok) return await readResponse(response);
    onProgress?.({ loaded: total, total });
    return null;
  } catch (error) {
    return readFunctionError(error);
  }
}

/** The files of tickets. */
export function attachments({ invoke }: Caller) {
  const remove = (id: string) =>
    invoke<"deleteAttachmentUploadById">(path`attachment-upload/${id}`, { method: "DELETE" });

  return {
    /** Announces a file, uploads it and has it inspected. It is ready to be sent with a reply then. */
    async upload(
      ticketId: string,
      file: File,
      { onProgress }: UploadOptions = {},
    ): Promise<Result<Uploaded, UploadCode>> {
      const announced = await invoke<"postAttachmentUpload", Schemas["StartedUpload"]>(
        "attachment-upload",
        {
          method: "POST",
          body: {
            ticket_id: ticketId,
            file_name: file.name,
            content_type: file.type || "application/octet-stream",
            size_bytes: file.size,
          },
        },
      );
      if (announced.error) return announced;
      const id = announced.data.attachment_id;
      const failure = await send(announced.data.upload.url, file, onProgress);
      if (failure !== null) {
        // What was announced counts in the account's quota.
        await remove(id);
        return { data: null, error: failure as SwitchboardError<UploadCode> };
      }
      return invoke<"postAttachmentUploadCompleteById">(path`attachment-upload/${id}/complete`, {
        method: "POST",
        isRepeatable: true,
      });
    },
    /** A link to a file that expires soon. */
    link: (id: string) => invoke<"getAttachmentUploadById">(path`attachment-upload/${id}`),
    /** Takes a file back. */
    remove,
  };
}
