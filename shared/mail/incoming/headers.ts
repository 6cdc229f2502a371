import PostalMime from "postal-mime";

/** Headers from the top, each name in lower case: the same name may come several times. */
export type MailHeaders = readonly (readonly [name: string, value: string])[];

/** No honest mail has more; the rest is not looked at. */
export const HEADER_BYTES = 256 * 1024;

/** What stands in front of the first empty line: however the parts below nest, nobody looks at them. */
function headerBlock(source: Uint8Array): Uint8Array {
  const bytes = source.subarray(0, HEADER_BYTES);
  const end = /\r?\n\r?\n/.exec(new TextDecoder("latin1").decode(bytes))?.index;
  return bytes.subarray(0, end);
}

/** The headers of a mail by its source, which may end anywhere behind them. None for what is no mail. */
export async function parseHeaders(source: Uint8Array): Promise<MailHeaders> {
  try {
    const { headers } = await PostalMime.parse(headerBlock(source));
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
