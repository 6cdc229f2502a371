import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";
import { StorageError } from "./errors.ts";

/** An upload before its first byte is kept. */
export interface UploadBody {
  chunks: AsyncIterable<Uint8Array>;
  mimeType: string;
  /** The `cache-control` to serve it with. */
  cacheControl: string;
  userMetadata: Record<string, unknown> | null;
  /** The declared length of the request, which for a form is more than the file's. */
  declaredBytes: number | null;
  /** Whether `declaredBytes` is the length of the file itself. */
  isExact: boolean;
  /** Rejects when the request broke off or was no proper form; ask once the chunks are read. */
  whole(): Promise<void>;
}

const maxMetadataBytes = 1024 * 1024;

function parseMetadata(text: string | undefined | null): Record<string, unknown> | null {
  if (!text) return null;
  if (Buffer.byteLength(text) > maxMetadataBytes) throw new StorageError("EntityTooLarge");
  try {
    const value: unknown = JSON.parse(text);
    // As hosted: what is no object is ignored.
    return value !== null && typeof value === "object" ? { ...value } : null;
  } catch {
    return null;
  }
}

function declaredBytes(request: Request): number | null {
  const header = request.headers.get("content-length");
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}

async function* noChunks(): AsyncIterable<Uint8Array> {}

function brokenOff(cause: unknown): never {
  throw new StorageError("InvalidRequest", "The body broke off", { cause });
}

/** Tells a client that went away, or sent no proper form, from a failure of ours while writing. */
async function* fromClient(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (cause) {
    brokenOff(cause);
  }
}

function readRaw(request: Request): UploadBody {
  const metadata = request.headers.get("x-metadata");
  return {
    chunks: fromClient(request.body ?? noChunks()),
    mimeType: request.headers.get("content-type") ?? "application/octet-stream",
    cacheControl: request.headers.get("cache-control") ?? "no-cache",
    userMetadata: parseMetadata(metadata && Buffer.from(metadata, "base64").toString("utf8")),
    declaredBytes: declaredBytes(request),
    isExact: true,
    whole: async () => {},
  };
}

function createParser(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      limits: { fields: 10, files: 1, fieldSize: maxMetadataBytes },
    });
  } catch (cause) {
    throw new StorageError("InvalidRequest", "No boundary between the parts", { cause });
  }
}

/** The first file of a form, streamed, with the fields that stand before it: storage-js names it with an empty string. */
async function readForm(request: Request, contentType: string): Promise<UploadBody> {
  const fields = new Map<string, string>();
  const parser = createParser(contentType);
  const source = Readable.from(request.body ?? noChunks());
  const whole = pipeline(source, parser);
  const file = new Promise<Pick<UploadBody, "chunks" | "mimeType">>((resolve, reject) => {
    parser.on("field", (name, value) => fields.set(name, value));
    parser.on("file", (_name, chunks, _filename, _encoding, mimeType) => {
      // The reader of the chunks sees the error as well; here it only must not end the process.
      chunks.on("error", () => {});
      // A form that breaks off ends the parser but not the part it was in.
      whole.catch((error: Error) => chunks.destroy(error));
      // A reader that gives up would leave the parser waiting for ever.
      chunks.once("close", () => chunks.readableEnded || source.destroy());
      resolve({ chunks: fromClient(chunks), mimeType });
    });
    const refuse = (cause?: unknown) =>
      reject(new StorageError("InvalidRequest", "No content provided", { cause }));
    whole.then(() => refuse(), refuse);
  });
  const { chunks, mimeType } = await file;
  const cacheControl = fields.get("cacheControl");
  return {
    chunks,
    mimeType: fields.get("contentType") ?? mimeType,
    cacheControl: cacheControl ? `max-age=${cacheControl}` : "no-cache",
    userMetadata: parseMetadata(fields.get("metadata") ?? fields.get("userMetadata")),
    declaredBytes: declaredBytes(request),
    isExact: false,
    whole: () => whole.catch(brokenOff),
  };
}

/** Reads an upload's head; its bytes stay in the stream. */
export async function readUploadBody(request: Request): Promise<UploadBody> {
  const contentType = request.headers.get("content-type") ?? "";
  return contentType.startsWith("multipart/form-data")
    ? await readForm(request, contentType)
    : readRaw(request);
}
