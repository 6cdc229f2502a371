import type { SourceFile } from "./source-files.ts";

/**
 * Blocks of `length` lines that stand in more than one place, as `a.ts:12 = b.ts:40`. Indentation and empty lines
 * do not count; of a longer block only the first lines are named.
 */
export function duplicateBlocks(files: SourceFile[], length: number): string[] {
  const first = new Map<string, string>();
  const found: string[] = [];
  for (const { path, lines } of files) {
    const filled = lines
      .map((text, index) => ({ text: text.trim(), place: `${path}:${index + 1}` }))
      .filter(({ text }) => text !== "");
    let isInside = false;
    for (let start = 0; start + length <= filled.length; start++) {
      const block = filled.slice(start, start + length);
      const text = block.map((line) => line.text).join("\n");
      const place = block[0]?.place ?? path;
      const earlier = first.get(text);
      if (earlier === undefined) first.set(text, place);
      else if (!isInside) found.push(`${earlier} = ${place}`);
      isInside = earlier !== undefined;
    }
  }
  return found;
}
