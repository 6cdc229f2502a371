import type { ZipEntry } from "./zip-directory.ts";

/** What an office file's list of parts has against it; null when nothing. */
type OfficeFault = "macros" | "not_office";

// Projects of VBA, the main parts that run them, and sheets of the macros before VBA.
const MACROS = /macroenabled|vbaproject|vbadata|macrosheet/i;
const MACRO_PART = /(?:^|\/)vbaProject\.bin$/i;

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isBigEndian = first === 0xfe && second === 0xff;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const encoding = isBigEndian ? "utf-16be" : isLittleEndian ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/**
 * The content types that a list of parts names, as a parser of XML reads them, or undefined for what is none. The parser
 * is loaded by the first office file, so that no other request pays for it.
 */
async function contentTypesIn(list: Uint8Array): Promise<string[] | undefined> {
  // The package names its exports in a way that Deno does not see.
  const { default: sax } = await import("sax");
  const types: string[] = [];
  let isProper = true;
  const reader = sax.parser(true, { xmlns: true });
  reader.onopentag = ({ attributes }) => {
    for (const attribute of Object.values(attributes)) {
      if (typeof attribute !== "string" && attribute.local === "ContentType") {
        types.push(attribute.value.trim());
      }
    }
  };
  const refuse = () => {
    isProper = false;
    // Without this the parser goes on throwing what it has told already.
    reader.error = null as unknown as Error;
  };
  reader.onerror = refuse;
  // The format forbids document types, in which any word may be spelt.
  reader.ondoctype = refuse;
  try {
    reader.write(decode(list)).close();
  } catch {
    return undefined;
  }
  return isProper ? types : undefined;
}

/**
 * Judges an office file by its list of parts and by the names of its entries.
 * @param main the content type that the main part must have
 * @see ECMA-376 part 2, 10.1.2
 */
export async function judgeParts(
  list: Uint8Array | undefined,
  entries: readonly ZipEntry[],
  main: string,
): Promise<OfficeFault | null> {
  const types = list && (await contentTypesIn(list));
  if (types === undefined) return "not_office";
  if (types.some((type) => MACROS.test(type))) return "macros";
  if (entries.some(({ name }) => MACRO_PART.test(name))) return "macros";
  return types.includes(main) ? null : "not_office";
}
