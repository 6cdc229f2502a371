import PostalMime from "postal-mime";

/** Headers from the top, each name in lower case: the same name may come several times. */
export type MailHeaders = readonly (readonly [name: string, value: string])[];

/** No honest mail has more; the rest is not looked at. */
export const HEADER_BYTES = 256 * 1024;

/** The headers of a mail by its source, which may end anywhere behind them. None for what is no mail. */
export async function parseHeaders(source: Uint8Array): Promise<MailHeaders> {
  try {
    const { headers } = await PostalMime.parse(source.subarray(0, HEADER_BYTES));
    return headers.map(({ key, value }) => [key, value]);
  } catch {
    // The library throws for headers beyond its limits.
    return [];
  }
}

/** The values of a header, the topmost first. */
export const valuesOf = (headers: MailHeaders, name: string): readonly string[] =>
  headers.filter(([key]) => key === name).map(([, value]) => value.trim());

/** The topmost value of a header. */
export const topmost = (headers: MailHeaders, name: string): string | undefined =>
  valuesOf(headers, name)[0];
