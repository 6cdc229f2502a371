import type { Db } from "../../core/db.ts";
import { unavailable } from "../../core/errors.ts";
import { FILE_LINK_SECONDS } from "../limits.ts";
import { acceptedContentType, isRasterImage } from "./accepted-types.ts";
import { bucketOf } from "./bucket.ts";
import { FileInspection, type Inspected, inspecting, type RejectionReason } from "./inspect.ts";
import { storageStatus, storageUnavailable } from "./storage-failure.ts";

/** A pending attachment as it was declared. */
export interface DeclaredFile {
  readonly id: string;
  readonly path: string;
  readonly content_type: string;
  readonly size_bytes: number;
}

/** What stands at a file's path, whole and inspected; or why nothing does. */
export type Stored =
  | { readonly rejection: null; readonly sha256: string; readonly version: string }
  | { readonly rejection: RejectionReason };

function inspectionOf({ content_type, size_bytes }: DeclaredFile) {
  return inspecting(new FileInspection(acceptedContentType(content_type), size_bytes));
}

function storedAs(inspected: Inspected | null, version: string): Stored {
  if (inspected === null) throw unavailable("storage_broke_off");
  return inspected.rejection === null ? { ...inspected, version } : inspected;
}

async function describe(service: Db, path: string) {
  const { data, error } = await bucketOf(service).info(path);
  if (error) throw storageUnavailable(error);
  return data;
}

async function inspectVersion(service: Db, file: DeclaredFile, version: string): Promise<Stored> {
  const { data, error } = await bucketOf(service).download(file.path).asStream();
  if (error) throw storageUnavailable(error);
  const passage = inspectionOf(file);
  await data
    .pipeThrough(passage.stream)
    .pipeTo(new WritableStream())
    .catch(() => {});
  return storedAs(passage.inspected(), version);
}

/**
 * Inspects what stands at a file's path. The version is asked for first: if it still stands there in the end, its bytes
 * are the ones that were read.
 * @throws ApiError `unavailable` 503
 */
export async function inspectStored(service: Db, file: DeclaredFile): Promise<Stored> {
  const { version } = await describe(service, file.path);
  return await inspectVersion(service, file, version);
}

/**
 * Stores a file at its path while it is inspected. What Storage keeps is exactly what was seen, under a type of our
 * choosing: all but raster images as bytes that no browser renders, whatever a link's query says. A file that is rejected
 * is never ended, so that Storage keeps nothing of it; chunks pass through. Where another completion was quicker, its
 * object is inspected instead: the inspection's own id in the metadata tells the two apart.
 * @throws ApiError `unavailable` 503
 */
export async function storeInspected(
  service: Db,
  file: DeclaredFile,
  source: ReadableStream<Uint8Array>,
): Promise<Stored> {
  const passage = inspectionOf(file);
  const inspection = crypto.randomUUID();
  const { error } = await bucketOf(service).upload(file.path, source.pipeThrough(passage.stream), {
    contentType: isRasterImage(file.content_type) ? file.content_type : "application/octet-stream",
    cacheControl: String(FILE_LINK_SECONDS),
    metadata: { inspection },
  });
  const inspected = passage.inspected();
  if (inspected !== null && inspected.rejection !== null) return inspected;
  if (error && storageStatus(error) !== "409") throw storageUnavailable(error);
  const { version, metadata } = await describe(service, file.path);
  return metadata?.inspection === inspection
    ? storedAs(inspected, version)
    : await inspectVersion(service, file, version);
}
