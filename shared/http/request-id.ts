const SAFE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's `x-request-id` when it is harmless to log and echo, else a new UUID. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && SAFE.test(given) ? given : crypto.randomUUID();
}
