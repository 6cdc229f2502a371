import { ApiError } from "../core/api-error.ts";
import { refusal } from "../core/errors.ts";

const DEADLINE_MS = 5_000;

function deadline(milliseconds: number): { readonly expired: Promise<never>; clear(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refusal("request_timeout")), milliseconds);
  });
  return { expired, clear: () => clearTimeout(timer) };
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

const DISCARDED_BYTES = 16 * 1024 * 1024;
const DISCARD_MS = 1_000;

/**
 * Reads on for a moment and keeps nothing: Deno 2.1 closes the connection of a sender that is still
 * writing when it is answered, and he never sees the refusal.
 */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const { expired, clear } = deadline(DISCARD_MS);
  try {
    for (let left = DISCARDED_BYTES; left > 0; ) {
      const { done, value } = await Promise.race([reader.read(), expired]);
      if (done) return;
      left -= value.byteLength;
    }
  } catch {
    // He stalls or is gone: there is nobody to wait for.
  } finally {
    clear();
    // Not awaited, here and below: a cancelled stream of a stalled sender may never settle.
    reader.cancel().catch(() => {});
  }
}

/** Reads a body away that is refused unread, so that its sender sees the refusal. */
export async function discardBody(request: Request): Promise<void> {
  if (request.body !== null) await discard(request.body.getReader());
}

/**
 * The request's body as it was sent, counted while it arrives: a Content-Length is believed only
 * when it already says too much.
 * @param maxBytes the most that is kept in memory
 * @throws ApiError `payload_too_large` 413, `body_incomplete` 400 (the sender went away),
 *   `request_timeout` 408 (the sender stalls for longer than `deadlineMs`)
 */
export async function readRawBody(
  request: Request,
  maxBytes: number,
  deadlineMs = DEADLINE_MS,
): Promise<Uint8Array<ArrayBuffer>> {
  if (request.body === null) return new Uint8Array(0);
  if (Number(request.headers.get("content-length")) > maxBytes) {
    await discard(request.body.getReader());
    throw refusal("payload_too_large");
  }
  const reader = request.body.getReader();
  const { expired, clear } = deadline(deadlineMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(), expired]);
      if (done) return joined(chunks, size);
      size += value.byteLength;
      if (size > maxBytes) {
        await discard(reader);
        throw refusal("payload_too_large");
      }
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error instanceof ApiError ? error : refusal("body_incomplete");
  } finally {
    clear();
  }
}
