const STATUS: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

/** An error as Google's APIs answer it. */
export function googleError(
  code: number,
  options: { reason?: string; retryAfter?: string; details?: unknown[] } = {},
): Response {
  const { reason, retryAfter } = options;
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason };
  const details = options.details ?? (reason ? [info] : []);
  return Response.json(
    { error: { code, message: `Refused: ${code}.`, status: STATUS[code] ?? "UNKNOWN", details } },
    { status: code, headers: retryAfter ? { "retry-after": retryAfter } : {} },
  );
}

/** One page of a list, as Google pages: an opaque token, absent on the last page. */
export function page<Item>(
  items: readonly Item[],
  url: URL,
  size: { default: number; max: number },
) {
  const given = Number(url.searchParams.get("pageSize") ?? 0);
  const pageSize = Math.min(given > 0 ? given : size.default, size.max);
  const token = url.searchParams.get("pageToken");
  const start = token === null ? 0 : Number(Buffer.from(token, "base64url").toString());
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    ...(end < items.length
      ? { nextPageToken: Buffer.from(String(end)).toString("base64url") }
      : {}),
  };
}
