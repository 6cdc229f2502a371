import type { z } from "zod";
import { refusal } from "../core/errors.ts";
import { depthExceeds, parseJson } from "../core/json.ts";
import { invalidInput, parseInput } from "./input.ts";
import { mediaTypeOf } from "./media-type.ts";
import { readRawBody } from "./read-body.ts";

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 64;

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw refusal("invalid_json");
  }
}

/**
 * Reads a JSON body through a schema.
 * @throws ApiError `unsupported_media_type` 415, `payload_too_large` 413, `invalid_json` 400,
 *   `invalid_input` 422 with details [{path, message}], also for nesting beyond 64 levels
 */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
  maxBytes = MAX_BYTES,
): Promise<z.output<Schema>> {
  if (mediaTypeOf(request) !== "application/json") throw refusal("unsupported_media_type");
  const value = parseJson(decode(await readRawBody(request, maxBytes)));
  if (value === undefined) throw refusal("invalid_json");
  if (depthExceeds(value, MAX_DEPTH)) {
    throw invalidInput([{ path: "", message: `is nested deeper than ${MAX_DEPTH} levels` }]);
  }
  return await parseInput(schema, value);
}
