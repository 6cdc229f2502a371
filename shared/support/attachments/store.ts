import type { Db } from "../../db/client.ts";
import { unavailable } from "../../http/errors.ts";
import { acceptedContentType, isRasterImage } from "./accepted-types.ts";
import { bucketOf } from "./bucket.ts";
import { FileInspection, type Inspected, inspecting } from "./inspect.ts";
import { LINK_SECONDS } from "./sign-links.ts";
import { storageUnavailable } from "./storage-failure.ts";

/** A pending attachment as it was declared. */
export interface DeclaredFile {
  readonly id: string;
  readonly path: string;
  readonly content_type: string;
  readonly size_bytes: number;
}

/**
 * Stores a file while it is inspected. What Storage keeps is exactly what was seen, under a type of our choosing:
 * all but raster images as bytes that no browser renders, whatever a link's query says. A file that is rejected is
 * never ended, so that Storage keeps nothing of it; chunks pass through, memory does not grow with the file.
 * @throws ApiError `unavailable` 503
 */
export async function storeInspected(
  service: Db,
  { path, content_type, size_bytes }: DeclaredFile,
  source: ReadableStream<Uint8Array>,
): Promise<Inspected> {
  const passage = inspecting(new FileInspection(acceptedContentType(content_type), size_bytes));
  const { error } = await bucketOf(service).upload(path, source.pipeThrough(passage.stream), {
    upsert: true,
    contentType: isRasterImage(content_type) ? content_type : "application/octet-stream",
    cacheControl: String(LINK_SECONDS),
  });
  const inspected = passage.inspected();
  if (inspected !== null && inspected.rejection !== null) return inspected;
  if (error) throw storageUnavailable(error);
  if (inspected === null) throw unavailable("storage_took_no_file");
  return inspected;
}
