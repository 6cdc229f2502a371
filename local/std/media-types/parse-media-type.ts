/**
 * Stands in for `@std/media-types/parse-media-type` where JSR cannot be reached, without the continuations of RFC 2231.
 * Same name and signature: https://jsr.io/@std/media-types/doc/parse-media-type.
 */

const PARAMETER = /^\s*;\s*([^\s;="\\]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;="\\]+))/;

/** The media type in lower case, and its parameters by name where it has any. @throws TypeError for parameters that are none */
export function parseMediaType(
  type: string,
): [mediaType: string, params: Record<string, string> | undefined] {
  const [base = ""] = type.split(";");
  const parameters = new Map<string, string>();
  for (let rest = type.slice(base.length); !/^\s*;?\s*$/.test(rest); ) {
    const [whole = "", name = "", quoted, plain = ""] = PARAMETER.exec(rest) ?? [];
    const key = name.toLowerCase();
    if (whole === "" || parameters.has(key)) throw new TypeError("Cannot parse media type");
    parameters.set(key, quoted?.replace(/\\(.)/g, "$1") ?? plain);
    rest = rest.slice(whole.length);
  }
  return [
    base.toLowerCase().trim(),
    parameters.size === 0 ? undefined : Object.fromEntries(parameters),
  ];
}
