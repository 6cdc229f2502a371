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

interface Source {
  /** The next bytes, which stay as they are until the next call; null at the end. */
  read(): Promise<Uint8Array | null>;
  cancel(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

/**
 * A body piece by piece, through one buffer where the stream can fill it. Deno's otherwise makes a new one of 64 KiB for
 * every piece, however small: several times the size of a body, which a worker holds until its next garbage collection.
 */
function sourceOf(body: ReadableStream<Uint8Array>): Source {
  let buffer = new ArrayBuffer(CHUNK_BYTES);
  try {
    const reader = body.getReader({ mode: "byob" });
    const read = async () => {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (value !== undefined) buffer = value.buffer;
      return done ? null : value;
    };
    return { read, cancel: () => reader.cancel() };
  } catch {
    // No stream of bytes: the pieces are what its maker put into it.
    const reader = body.getReader();
    const read = async () => (await reader.read()).value ?? null;
    return { read, cancel: () => reader.cancel() };
  }
}

/** Grows with what is put into it; a size that is known before is taken at once. */
class Bytes {
  #bytes: Uint8Array<ArrayBuffer>;
  #size = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(expected);
  }

  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength;
    if (size > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#bytes.byteLength));
      larger.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#size);
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get all(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#size);
  }
}

const DISCARDED_BYTES = 16 * 1024 * 1024;
const DISCARD_MS = 1_000;

/**
 * Reads on for a moment and keeps nothing: Deno 2.1 closes the connection of a sender that is still
 * writing when it is answered, and they never see the refusal.
 */
async function discard(source: Source): Promise<void> {
  const { expired, clear } = deadline(DISCARD_MS);
  try {
    for (let left = DISCARDED_BYTES; left > 0; ) {
      const chunk = await Promise.race([source.read(), expired]);
      if (chunk === null) return;
      left -= chunk.byteLength;
    }
  } catch {
    // They stall or are gone: there is nobody to wait for.
  } finally {
    clear();
    // Not awaited, here and below: a cancelled stream of a stalled sender may never settle.
    source.cancel().catch(() => {});
  }
}

/** Reads a body away that is refused unread, so that its sender sees the refusal. */
export async function discardBody(request: Request): Promise<void> {
  if (request.body !== null) await discard(sourceOf(request.body));
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
  const told = Number(request.headers.get("content-length"));
  const source = sourceOf(request.body);
  if (told > maxBytes) {
    await discard(source);
    throw refusal("payload_too_large");
  }
  const { expired, clear } = deadline(deadlineMs);
  const bytes = new Bytes(told > 0 ? told : CHUNK_BYTES);
  try {
    while (true) {
      const chunk = await Promise.race([source.read(), expired]);
      if (chunk === null) return bytes.all;
      if (bytes.size + chunk.byteLength > maxBytes) {
        await discard(source);
        throw refusal("payload_too_large");
      }
      bytes.add(chunk);
    }
  } catch (error) {
    source.cancel().catch(() => {});
    throw error instanceof ApiError ? error : refusal("body_incomplete");
  } finally {
    clear();
  }
}
