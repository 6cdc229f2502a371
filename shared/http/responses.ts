/** 201 with the created resource. */
export function created(body: unknown): Response {
  return Response.json(body, { status: 201 });
}

/** 204. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

/** 302 to a fresh link; it must not be kept, because such links expire. */
export function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
}
