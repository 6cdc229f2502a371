import { VendorError } from "./error.ts";

/** A path in its segments, as they are: whatever an id holds, it stays one segment. */
export type VendorPath = readonly string[];

export type VendorQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a URL takes for a step elsewhere, and what has no encoding. */
const NO_SEGMENT = /^\.{0,2}$|\p{Surrogate}/u;

/** A colon is left as it is: Google's custom methods have one (`things/7:wake`). */
const encoded = (segment: string): string => encodeURIComponent(segment).replaceAll("%3A", ":");

/**
 * The address of something at a vendor, and the only place where an id becomes part of one. An id comes from
 * outside, so `..` or a slash in it must not lead to another resource.
 * @param baseUrl with or without a trailing slash
 * @throws VendorError 404 for a path that no resource can have
 */
export function vendorAddress(
  vendor: string,
  baseUrl: string,
  path: VendorPath,
  query: VendorQuery = {},
): URL {
  if (path.some((segment) => NO_SEGMENT.test(segment))) {
    throw new VendorError({ code: `${vendor}_no_such_path`, status: 404 });
  }
  const url = new URL([baseUrl.replace(/\/+$/, ""), ...path.map(encoded)].join("/"));
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
