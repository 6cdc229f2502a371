import { parseMediaType } from "@std/media-types/parse-media-type";

/** The request's media type without parameters, in lower case; empty without one, or where its parameters are none. */
export function mediaTypeOf(request: Request): string {
  try {
    const [type] = parseMediaType(request.headers.get("content-type") ?? "");
    return type;
  } catch {
    return "";
  }
}
