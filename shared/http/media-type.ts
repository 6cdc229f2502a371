/**
 * The request's media type without parameters, in lower case; empty without one. Nothing here depends on a parameter, so
 * that a broken one (`application/json; charset`) harms nobody, as with most servers (RFC 9110, section 8.3.1).
 */
export function mediaTypeOf(request: Request): string {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}
