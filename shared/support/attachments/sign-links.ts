import type { Db } from "../../core/db.ts";
import type { Schemas } from "../../http/route.ts";
import { FILE_LINK_SECONDS } from "../limits.ts";
import { isRasterImage } from "./accepted-types.ts";
import { bucketOf } from "./bucket.ts";
import { expiryOf } from "./expiry.ts";
import { storageUnavailable } from "./storage-failure.ts";

/** A ready attachment that the caller was found to be allowed to read. */
export interface ReadableFile {
  readonly path: string;
  readonly file_name: string;
  readonly content_type: string;
}

/** Where a file can be fetched from, by whoever holds the link, until it expires. */
export type FileLink = Schemas["FileLink"];

/** Adds the name under which a browser saves the file; Storage does not sign that part. */
function saveAs(url: string, fileName: string): string {
  const link = new URL(url);
  link.searchParams.set("download", fileName);
  return link.toString();
}

/**
 * Links to ready attachments by path, in one request to Storage. Raster images may be shown in place, all else is
 * saved under its name. A file whose object is gone has no link.
 * @param service a client with the secret key: ask only for files that the caller may read
 * @throws ApiError `unavailable` 503 when Storage does not answer
 */
export async function signLinks(
  service: Db,
  files: readonly ReadableFile[],
): Promise<ReadonlyMap<string, FileLink>> {
  const links = new Map<string, FileLink>();
  if (files.length === 0) return links;
  const paths = files.map(({ path }) => path);
  const { data, error } = await bucketOf(service).createSignedUrls(paths, FILE_LINK_SECONDS);
  if (error) throw storageUnavailable(error);
  const urls = new Map(data.map(({ path, signedUrl }) => [path, signedUrl]));
  for (const { path, file_name, content_type } of files) {
    const url = urls.get(path);
    if (url === undefined || url === null) continue;
    links.set(path, {
      url: isRasterImage(content_type) ? url : saveAs(url, file_name),
      expires_at: expiryOf(new URL(url).searchParams.get("token") ?? ""),
    });
  }
  return links;
}
