/** 302 to a fresh link; it must not be kept, because such links expire. */
export function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
