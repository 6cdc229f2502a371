import ts from "typescript";
import type { Place, PlacedText } from "./operations.ts";
import type { Code } from "./program.ts";
import { knownStrings, type Segment, type StringValue, type Value } from "./values.ts";

/** Turns nodes into file, line and column of the sources. */
export class Places {
  readonly #names: Map<ts.SourceFile, string>;

  constructor(code: Code) {
    this.#names = new Map(code.sources.map(({ file, name }) => [file, name]));
  }

  of(node: ts.Node): Place {
    return this.at(node.getSourceFile(), node.getStart());
  }

  at(file: ts.SourceFile, position: number): Place {
    const { line, character } = file.getLineAndCharacterOfPosition(position);
    return { file: this.#names.get(file) ?? file.fileName, line: line + 1, column: character + 1 };
  }

  /** The texts that a value may be, holes included, each with its place; null when some are not strings. */
  textsWithHoles(value: Value): PlacedText[] | null {
    const options = value.kind === "choice" ? value.options : [value];
    const strings = options.filter((each) => each.kind === "string");
    if (strings.length === 0) return null;
    const others = options.filter((each) => each.kind !== "undefined" && each.kind !== "null");
    if (strings.length !== others.length) return null;
    return strings.map((each) => this.text(each));
  }

  /** The same without holes. */
  texts(value: Value): PlacedText[] | null {
    return knownStrings(value)?.map((each) => this.text(each)) ?? null;
  }

  text(value: Pick<StringValue, "text" | "node" | "segments">): PlacedText {
    const place = this.of(value.node);
    const segments = value.segments ?? [value];
    return {
      text: value.text,
      place,
      placeAt: (offset) => {
        let start = 0;
        for (const segment of segments) {
          if (offset < start + segment.text.length) {
            return this.#within(segment, offset - start) ?? place;
          }
          start += segment.text.length;
        }
        return place;
      },
    };
  }

  /** A character of a literal, when it is written there as it is (no escapes). */
  #within({ text, node }: Segment, offset: number): Place | null {
    if (!ts.isStringLiteralLike(node) && !isTemplatePart(node)) return null;
    const start = node.getStart() + 1;
    const file = node.getSourceFile();
    const isVerbatim = file.text.slice(start, start + text.length) === text;
    return isVerbatim ? this.at(file, start + offset) : this.of(node);
  }
}

function isTemplatePart(node: ts.Node): boolean {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}
