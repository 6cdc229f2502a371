import type { Busboy } from "@fastify/busboy";
import { refusal } from "../core/errors.ts";
import { mediaTypeOf } from "./media-type.ts";
import { readRawBody } from "./read-body.ts";

/** A form carries files, which a slow line needs a while for. */
const DEADLINE_MS = 60_000;

const MAX_BYTES = 256 * 1024;

/** No route takes more. Each part costs the parser far more than its bytes: 50,000 held a worker for half a minute. */
const MAX_PARTS = 20;
const SLICE_BYTES = 64 * 1024;

type FormValue = string | File;

/** A form's values by name; a list where a name came more than once, so that a schema refuses what it has no place for. */
export type Form = Readonly<Record<string, FormValue | readonly FormValue[]>>;

/**
 * A file's name as it was before the browser wrote it into a header.
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
function unescaped(fileName: string): string {
  return fileName.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

function parse(
  parser: InstanceType<typeof Busboy>,
  body: Uint8Array,
): Promise<[string, FormValue][]> {
  return new Promise((resolve, reject) => {
    const values: [string, FormValue][] = [];
    parser.on("field", (name, value) => values.push([name, value]));
    parser.on("file", (name, stream, fileName: string | undefined, _encoding, type) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      stream.on("data", (part: Uint8Array) => parts.push(new Uint8Array(part)));
      stream.on("end", () => {
        values.push([name, new File(parts, unescaped(fileName ?? ""), { type })]);
      });
    });
    parser.on("finish", () => resolve(values));
    parser.on("error", reject);
    let isFull = false;
    parser.on("partsLimit", () => {
      isFull = true;
      reject(new RangeError("The form has too many parts."));
    });
    // In slices, so that nothing is parsed beyond the last part that counts.
    for (let at = 0; at < body.length && !isFull; at += SLICE_BYTES) {
      parser.write(body.subarray(at, at + SLICE_BYTES));
    }
    if (!isFull) parser.end();
  });
}

function grouped(values: readonly [string, FormValue][]): Form {
  const byName = new Map<string, FormValue[]>();
  for (const [name, value] of values) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, all.length === 1 && all[0] ? all[0] : all]),
  );
}

/**
 * Reads a `multipart/form-data` body, counted while it arrives. A library parses it, because Deno's own parser breaks
 * file names at a semicolon; it is loaded by the first form, so that no other request pays for it.
 * @throws ApiError `unsupported_media_type` 415, `payload_too_large` 413, `invalid_form` 400,
 *   `request_timeout` 408 after a minute
 * @see https://datatracker.ietf.org/doc/html/rfc7578
 */
export async function readForm(request: Request, maxBytes = MAX_BYTES): Promise<Form> {
  if (mediaTypeOf(request) !== "multipart/form-data") throw refusal("unsupported_media_type");
  const headers = { "content-type": request.headers.get("content-type") ?? "" };
  const body = await readRawBody(request, maxBytes, DEADLINE_MS);
  const { Busboy } = await import("@fastify/busboy");
  try {
    return grouped(
      await parse(new Busboy({ headers, preservePath: true, limits: { parts: MAX_PARTS } }), body),
    );
  } catch {
    throw refusal("invalid_form");
  }
}
