import { supportRefusal } from "../errors.ts";
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
  /** What the first bytes must be; text has no signature. */
  readonly signature: SignatureName | null;
  /** Only raster images keep their type in Storage, and so only they can be rendered by a browser. */
  readonly isRaster?: true;
  /** For office files: the content type of their main part; for older ones: the streams of which they have one. */
  readonly main?: string;
  readonly streams?: readonly string[];
}

const accepted = {
  "image/jpeg": {
    extensions: ["jpg", "jpeg", "jfif"],
    family: "jpeg",
    signature: "jpeg",
    isRaster: true,
  },
  "image/png": { extensions: ["png"], family: "png", signature: "png", isRaster: true },
  "image/gif": { extensions: ["gif"], family: "gif", signature: "gif", isRaster: true },
  "image/webp": { extensions: ["webp"], family: "webp", signature: "webp", isRaster: true },
  "application/pdf": { extensions: ["pdf"], family: "pdf", signature: "pdf" },
  "application/zip": { extensions: ["zip"], family: "zip", signature: "zip" },
  "application/msword": {
    extensions: ["doc"],
    family: "cfb",
    signature: "cfb",
    streams: ["WordDocument"],
  },
  "application/vnd.ms-excel": {
    extensions: ["xls"],
    family: "cfb",
    signature: "cfb",
    streams: ["Workbook", "Book"],
  },
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {
    extensions: ["docx"],
    family: "office",
    signature: "zip",
    main: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
  },
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
    extensions: ["xlsx"],
    family: "office",
    signature: "zip",
    main: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
  },
  "text/plain": { extensions: ["txt", "log"], family: "text", signature: null },
  "text/csv": { extensions: ["csv"], family: "text", signature: null },
} as const satisfies Readonly<Record<string, AcceptedType>>;

/** A content type that may be attached. */
export type AcceptedContentType = keyof typeof accepted;

/** What some programs call these as well. */
const aliases: Readonly<Record<string, AcceptedContentType>> = {
  "image/jpg": "image/jpeg",
  "application/x-zip-compressed": "application/zip",
  "application/zip-compressed": "application/zip",
  "image/pjpeg": "image/jpeg",
  "application/x-pdf": "application/pdf",
  "application/csv": "text/csv",
  "application/x-csv": "text/csv",
  "text/x-csv": "text/csv",
  "text/comma-separated-values": "text/csv",
  "text/x-comma-separated-values": "text/csv",
  "text/x-log": "text/plain",
};

/** Declared by systems that do not know better; the file's name decides, and the inspection sees whether it is right. */
const ambiguous: ReadonlySet<string> = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  // What Windows with Excel calls a CSV.
  "application/vnd.ms-excel",
  "application/msword",
  // What systems without office programs call a DOCX.
  "application/zip",
  "text/plain",
]);

const types: Readonly<Record<AcceptedContentType, AcceptedType>> = accepted;

function isAccepted(type: string): type is AcceptedContentType {
  return Object.hasOwn(accepted, type);
}

function typeNamed(fileName: string): AcceptedContentType | undefined {
  const extension = /\.([^.]+)$/.exec(fileName.trim().toLowerCase())?.[1];
  const types = Object.keys(accepted).filter(isAccepted);
  return types.find((type) => typeOf(type).extensions.some((one) => one === extension));
}

/**
 * What a file is said to be, if it may be attached: its declared type without parameters, or what its extension says
 * where that type is one of many things.
 * @throws ApiError `attachment_type_refused` 415
 */
export function acceptedContentType(declared: string, fileName = ""): AcceptedContentType {
  const [essence = ""] = declared.split(";");
  const type = essence.trim().toLowerCase();
  const known = Object.hasOwn(aliases, type) ? (aliases[type] ?? type) : type;
  const named = ambiguous.has(known) ? typeNamed(fileName) : undefined;
  if (named !== undefined) return named;
  if (isAccepted(known)) return known;
  throw supportRefusal("attachment_type_refused", { accepted: Object.keys(accepted) });
}

/** What a content type demands of its files. */
export function typeOf(contentType: AcceptedContentType): AcceptedType {
  return types[contentType];
}

/** Whether a browser may show the file in place. */
export function isRasterImage(contentType: string): boolean {
  return isAccepted(contentType) && types[contentType].isRaster === true;
}
