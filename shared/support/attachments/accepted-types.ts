import { refusal } from "../../http/errors.ts";
import type { SignatureName } from "./signatures.ts";

/** How the end and the inside of a file are judged; see `inspect.ts`. */
export type FileFamily =
  | "jpeg"
  | "png"
  | "gif"
  | "webp"
  | "pdf"
  | "zip"
  | "office"
  | "cfb"
  | "text";

/** One content type that may be attached. */
export interface AcceptedType {
  /** The extensions that fit; a name without one of them gets the first. */
  readonly extensions: readonly [string, ...string[]];
  readonly family: FileFamily;
  /** What the first bytes must be; text has no signature and may carry none. */
  readonly signature: SignatureName | null;
  /** Only raster images keep their type in Storage, and so only they can be rendered by a browser. */
  readonly isRaster?: true;
  /** For office files: what `[Content_Types].xml` must name. */
  readonly contentTypes?: string;
}

const accepted = {
  "image/jpeg": {
    extensions: ["jpg", "jpeg"],
    family: "jpeg",
    signature: "jpeg",
    isRaster: true,
  },
  "image/png": { extensions: ["png"], family: "png", signature: "png", isRaster: true },
  "image/gif": { extensions: ["gif"], family: "gif", signature: "gif", isRaster: true },
  "image/webp": { extensions: ["webp"], family: "webp", signature: "webp", isRaster: true },
  "application/pdf": { extensions: ["pdf"], family: "pdf", signature: "pdf" },
  "application/zip": { extensions: ["zip"], family: "zip", signature: "zip" },
  "application/msword": { extensions: ["doc"], family: "cfb", signature: "cfb" },
  "application/vnd.ms-excel": { extensions: ["xls"], family: "cfb", signature: "cfb" },
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
    extensions: ["docx"],
    family: "office",
    signature: "zip",
    contentTypes: "wordprocessingml",
  },
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
    extensions: ["xlsx"],
    family: "office",
    signature: "zip",
    contentTypes: "spreadsheetml",
  },
  "text/plain": { extensions: ["txt", "log"], family: "text", signature: null },
  "text/csv": { extensions: ["csv"], family: "text", signature: null },
} as const satisfies Readonly<Record<string, AcceptedType>>;

/** A content type that may be attached. */
export type AcceptedContentType = keyof typeof accepted;

/** What browsers call some of these as well. */
const aliases: Readonly<Record<string, AcceptedContentType>> = {
  "image/jpg": "image/jpeg",
  "application/x-zip-compressed": "application/zip",
  "application/csv": "text/csv",
};

const types: Readonly<Record<AcceptedContentType, AcceptedType>> = accepted;

function isAccepted(type: string): type is AcceptedContentType {
  return Object.hasOwn(accepted, type);
}

/**
 * The declared content type without parameters, if it may be attached.
 * @throws ApiError `attachment_type_refused` 415
 */
export function acceptedContentType(declared: string): AcceptedContentType {
  const [essence = ""] = declared.split(";");
  const type = essence.trim().toLowerCase();
  const known = Object.hasOwn(aliases, type) ? aliases[type] : type;
  if (known !== undefined && isAccepted(known)) return known;
  throw refusal("attachment_type_refused", { accepted: Object.keys(accepted) });
}

/** What a content type demands of its files. */
export function typeOf(contentType: AcceptedContentType): AcceptedType {
  return types[contentType];
}

/** Whether a browser may show the file in place. */
export function isRasterImage(contentType: string): boolean {
  return isAccepted(contentType) && types[contentType].isRaster === true;
}
