/** Where a vendor may send somebody's browser. */
export interface VendorHosts {
  /** Each with all below it. */
  readonly hosts: readonly string[];
  /** The address that the vendor's API is asked at, for stand-ins: what lies at its origin is the vendor's own. */
  readonly apiUrl: string;
}

/**
 * An address that a vendor told, if a browser may be sent there: https, without credentials, at a host of the
 * vendor's. Undefined for all else, so that no answer of a vendor leads anywhere it likes.
 */
export function vendorLink(
  told: string | null | undefined,
  { hosts, apiUrl }: VendorHosts,
): URL | undefined {
  if (!told || !URL.canParse(told)) return undefined;
  const url = new URL(told);
  if (url.username !== "" || url.password !== "") return undefined;
  if (url.origin === new URL(apiUrl).origin) return url;
  const isTheirs = hosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`));
  return url.protocol === "https:" && url.port === "" && isTheirs ? url : undefined;
}
