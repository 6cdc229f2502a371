import { type Caller, type CodesOf, failed, path } from "./call.ts";
import type { Answer, Schemas } from "./contract.ts";
import { type Result, readFunctionError, readResponse } from "./error.ts";

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
  onloadend: (() => void) | null;
  getResponseHeader(name: string): string | null;
  abort(): void;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  send(body: Blob): void;
}

const { XMLHttpRequest: Browser } = globalThis as { XMLHttpRequest?: new () => UploadRequest };

/** What an upload is. */
interface Upload {
  readonly url: string;
  readonly file: File;
  readonly onProgress: UploadOptions["onProgress"];
  readonly signal: AbortSignal | undefined;
}

const typeOf = (file: File) => file.type || "application/octet-stream";

/** A browser tells how much it has sent through XMLHttpRequest alone. */
async function sendWithProgress(
  request: UploadRequest,
  { url, file, onProgress, signal }: Upload,
): Promise<Response> {
  const abort = () => request.abort();
  await new Promise<void>((resolve) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress?.({ loaded, total });
    // Whether it was answered, cut or aborted.
    request.onloadend = () => resolve();
    request.open("PUT", url);
    request.setRequestHeader("content-type", typeOf(file));
    signal?.addEventListener("abort", abort);
    request.send(file);
  });
  signal?.removeEventListener("abort", abort);
  const { status, responseText } = request;
  if (status === 0) throw new TypeError("The upload was interrupted.");
  const retryAfter = request.getResponseHeader("retry-after");
  return new Response(status === 204 ? null : responseText, {
    status,
    headers: retryAfter === null ? {} : { "retry-after": retryAfter },
  });
}

async function send(upload: Upload): Promise<Result<null>> {
  const { url, file, onProgress, signal } = upload;
  const total = file.size;
  const headers = { "content-type": typeOf(file) };
  try {
    signal?.throwIfAborted();
    onProgress?.({ loaded: 0, total });
    const response =
      onProgress !== undefined && Browser !== undefined
        ? await sendWithProgress(new Browser(), upload)
        : await fetch(url, { method: "PUT", headers, body: file, ...(signal ? { signal } : {}) });
    if (!response.ok) return { data: null, error: await readResponse(response) };
    onProgress?.({ loaded: total, total });
    return { data: null, error: null };
  } catch (error) {
    return { data: null, error: await readFunctionError(error) };
  }
}

/** The files of tickets. */
export function attachments({ invoke, retrying, signal }: Caller) {
  const remove = (id: string, isTidying = false) =>
    invoke<"deleteAttachmentUploadById">(path`attachment-upload/${id}`, {
      method: "DELETE",
      isTidying,
    });

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
            content_type: typeOf(file),
            size_bytes: file.size,
          },
        },
      );
      if (announced.error) return announced;
      const id = announced.data.attachment_id;
      const { url } = announced.data.upload;
      const sent = await retrying(true, () => send({ url, file, onProgress, signal }));
      const result = sent.error
        ? failed<UploadCode>(sent.error)
        : await invoke<"postAttachmentUploadCompleteById">(path`attachment-upload/${id}/complete`, {
            method: "POST",
            isRepeatable: true,
          });
      // What was announced counts in the account's quota. A file that was refused is gone already.
      const isRefused = !sent.error && result.error?.code !== "network";
      if (result.error && !isRefused) await remove(id, true);
      return result;
    },
    /** A link to a file that expires soon. */
    link: (id: string) => invoke<"getAttachmentUploadById">(path`attachment-upload/${id}`),
    /** Takes a file back. */
    remove: (id: string) => remove(id),
  };
}
