import { Buffer } from "node:buffer";
import { z } from "zod";
import { type JsonValue, parseJson } from "../core/json.ts";
import { text } from "./query.ts";

const MAX_LENGTH = 1000;

/** A page's last position as opaque text for `?cursor=`; it holds sort keys only, nothing secret. */
export function encodeCursor(position: JsonValue): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** The position that a cursor holds. Text that `encodeCursor` did not make of such a position is refused. */
export function cursorOf<Schema extends z.ZodType>(position: Schema) {
  return text(MAX_LENGTH).transform((cursor, context): z.output<Schema> => {
    const told = parseJson(Buffer.from(cursor, "base64url").toString("utf8"));
    const result = position.safeParse(told);
    if (result.success) return result.data;
    context.addIssue({ code: "custom", message: "is not a cursor of this list" });
    return z.NEVER;
  });
}
