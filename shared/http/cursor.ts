import { decodeBase64Url, encodeBase64Url } from "@std/encoding/base64url";
import { z } from "zod";
import { type JsonValue, parseJson } from "../core/json.ts";
import { text } from "./fields.ts";

const MAX_LENGTH = 1000;

/** A page's last position as opaque text for `?cursor=`; it holds sort keys only, nothing secret. */
export function encodeCursor(position: JsonValue): string {
  return encodeBase64Url(JSON.stringify(position));
}

/** The position that a cursor holds. Text that `encodeCursor` did not make of such a position is refused. */
export function cursorOf<Schema extends z.ZodType>(position: Schema) {
  return text(MAX_LENGTH).transform((cursor, context): z.output<Schema> => {
    const result = position.safeParse(positionIn(cursor));
    if (result.success) return result.data;
    context.addIssue({ code: "custom", message: "is not a cursor of this list" });
    return z.NEVER;
  });
}

function positionIn(cursor: string): JsonValue | undefined {
  try {
    return parseJson(new TextDecoder().decode(decodeBase64Url(cursor)));
  } catch {
    return undefined; // Text that is no base64 holds no position.
  }
}
