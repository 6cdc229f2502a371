import { Buffer } from "node:buffer";
import type { z } from "zod";
import { type JsonValue, parseJson } from "../core/json.ts";
import { invalidInput } from "./input.ts";

/** A page's last position as opaque text for `?cursor=`; it holds sort keys only, nothing secret. */
export function encodeCursor(position: JsonValue): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/**
 * The position that a cursor holds.
 * @throws ApiError 422 for text that `encodeCursor` did not make of such a position
 */
export function decodeCursor<Schema extends z.ZodType>(
  schema: Schema,
  cursor: string,
): z.output<Schema> {
  const position = parseJson(Buffer.from(cursor, "base64url").toString("utf8"));
  const result = schema.safeParse(position);
  if (result.success) return result.data;
  throw invalidInput([{ path: "cursor", message: "is not a cursor of this list" }]);
}
