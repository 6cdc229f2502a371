import ipaddr from "ipaddr.js";

/** Azure answers its machines there, although the address is a public one. */
const PUBLIC_IN_NAME_ONLY: ReadonlySet<string> = new Set(["168.63.129.16"]);
/** What IANA gives out of IPv6; everything else is special or nobody's. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is on the public internet: not this machine, a private network, a carrier's, a link, a cloud's
 * metadata, a test range, or IPv4 in IPv6's clothes. What cannot be read is not.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || PUBLIC_IN_NAME_ONLY.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
