import { type AcceptedContentType, typeOf } from "./accepted-types.ts";

/** What a file is called: to people, and in the bucket. */
export interface FileNames {
  /** At most 200 characters in one line, without path, control or direction marks, with an extension of its type. */
  readonly fileName: string;
  /** The same in letters that every object store takes. */
  readonly objectName: string;
}

const MAX_FILE_NAME = 200;
const MAX_OBJECT_STEM = 80;

// Control, format (direction marks, zero width), unpaired surrogates, private use, line and paragraph separators. Not a
// joiner (U+200C, U+200D) in the midst of what it shapes: a script that writes with joiners, or a picture of several.
const SHAPED = String.raw`[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]]`;
const INVISIBLE = new RegExp(
  String.raw`(?!(?<=${SHAPED})[\u200c\u200d](?=${SHAPED}))[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]`,
  "gv",
);

function lastSegment(path: string): string {
  return path.split(/[/\\]/).findLast((segment) => segment.trim() !== "") ?? "";
}

function shortened(text: string, length: number): string {
  return [...text].slice(0, length).join("");
}

/**
 * A name that can do no harm, made from one that may: it never leaves its folder, never hides its extension, and
 * always ends in an extension of the declared type.
 * @param given as the client sent it
 */
export function safeFileNames(given: string, contentType: AcceptedContentType): FileNames {
  const { extensions } = typeOf(contentType);
  const visible = lastSegment(given.normalize("NFC").replace(INVISIBLE, ""))
    .replace(/[<>:"|?*]/g, "_")
    .replace(/\s+/g, " ")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  const parts = /^(.+)\.([^.]+)$/.exec(visible);
  const known = extensions.find((extension) => extension === parts?.[2]?.toLowerCase());
  const extension = known ?? extensions[0];
  const stem = (known === undefined ? visible : (parts?.[1] ?? "")) || "file";
  const ascii = stem
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .slice(0, MAX_OBJECT_STEM)
    .replace(/^-+|-+$/g, "");
  return {
    fileName: `${shortened(stem, MAX_FILE_NAME - extension.length - 1).trimEnd()}.${extension}`,
    objectName: `${ascii || "file"}.${extension}`,
  };
}
