import { withBytes } from "./current-bytes.ts";
import { StorageError } from "./errors.ts";
import { validKey } from "./keys.ts";
import { findBucket, findObject, type StoredObject } from "./objects.ts";
import { parseRange } from "./range.ts";
import { act, type Ctx, type Deps, param, service } from "./request.ts";

/** Hosted never serves HTML from its own origin. */
function contentType(mimetype: string): string {
  return mimetype.includes("text/html") ? "text/plain" : mimetype;
}

function disposition(download: string | undefined): string | null {
  if (download === undefined) return null;
  if (download === "") return "attachment;";
  const name = encodeURIComponent(download);
  return `attachment; filename=${name}; filename*=UTF-8''${name}`;
}

function isUnchanged(c: Ctx, object: StoredObject): boolean {
  const tags = c.req.header("if-none-match");
  if (tags !== undefined) {
    const known = tags.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
    return known.includes("*") || known.includes(object.metadata.eTag);
  }
  const since = Date.parse(c.req.header("if-modified-since") ?? "");
  const modified = Math.floor(Date.parse(object.metadata.lastModified) / 1000) * 1000;
  return modified <= since;
}

/**
 * Answers with the object's bytes, a range of them, or the headers alone. `expires` bounds every cache instead of the
 * object's own cache-control.
 */
function serve(
  deps: Deps,
  c: Ctx,
  find: () => Promise<StoredObject>,
  expires?: Date,
): Promise<Response> {
  return withBytes(find, (object) => answer(deps, c, object, expires));
}

async function answer(deps: Deps, c: Ctx, object: StoredObject, expires?: Date): Promise<Response> {
  const { size, eTag, cacheControl, mimetype, lastModified } = object.metadata;
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": contentType(mimetype),
    etag: eTag,
    "last-modified": new Date(lastModified).toUTCString(),
    "x-robots-tag": "none",
  });
  if (expires) headers.set("expires", expires.toUTCString());
  else headers.set("cache-control", cacheControl);
  const attachment = disposition(c.req.query("download"));
  if (attachment !== null) headers.set("content-disposition", attachment);
  if (isUnchanged(c, object)) return new Response(null, { status: 304, headers });

  const header = c.req.method === "HEAD" ? undefined : c.req.header("range");
  const range = header === undefined ? null : parseRange(header, size);
  const { from, to } = range ?? { from: 0, to: size - 1 };
  headers.set("content-length", String(to - from + 1));
  if (range) headers.set("content-range", `bytes ${from}-${to}/${size}`);
  if (c.req.method === "HEAD") return new Response(null, { headers });
  const bytes = await deps.bytes.read(object.version, from, to);
  return new Response(bytes, { status: range ? 206 : 200, headers });
}

function look(deps: Deps, c: Ctx, operation: string, isPublicRoute: boolean) {
  const bucketId = param(c, "bucket");
  const key = validKey(param(c, "key"));
  return deps.database.transaction(act(c, operation), async (scope) => {
    const bucket = await findBucket(scope, bucketId);
    if (isPublicRoute && !bucket.public) throw new StorageError("NoSuchBucket");
    if (bucket.public) await scope.asService();
    return findObject(scope, bucketId, key);
  });
}

/** `GET|HEAD /object/[authenticated/]:bucket/:key`: what the caller's policies let them read. */
export async function download(deps: Deps, c: Ctx): Promise<Response> {
  const operation =
    c.req.method === "HEAD" ? "object.head_authenticated_info" : "storage.object.get_authenticated";
  return serve(deps, c, () => look(deps, c, operation, false));
}

/** `GET|HEAD /object/public/:bucket/:key`: anyone, in a public bucket. */
export async function downloadPublic(deps: Deps, c: Ctx): Promise<Response> {
  return serve(deps, c, () => look(deps, c, "storage.object.get_public", true));
}

/** `GET|HEAD /object/sign/:bucket/:key?token=`: whoever holds the link, until it expires. */
export async function downloadSigned(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const key = validKey(param(c, "key"));
  const token = await deps.signer.readDownload(c.req.query("token") ?? "", `${bucket}/${key}`);
  const find = () =>
    deps.database.transaction(act(c, "storage.object.get_signed", service), (scope) =>
      findObject(scope, bucket, key),
    );
  return serve(deps, c, find, new Date(token.exp * 1000));
}

function described(c: Ctx, object: StoredObject): Response {
  return c.json({
    id: object.id,
    name: object.name,
    version: object.version,
    bucket_id: object.bucket_id,
    size: object.metadata.size,
    content_type: object.metadata.mimetype,
    cache_control: object.metadata.cacheControl,
    etag: object.metadata.eTag,
    metadata: object.user_metadata,
    last_modified: object.updated_at,
    created_at: object.created_at,
  });
}

/** `GET /object/info/[authenticated/]:bucket/:key` */
export async function info(deps: Deps, c: Ctx): Promise<Response> {
  return described(c, await look(deps, c, "object.get_authenticated_info", false));
}

/** `GET /object/info/public/:bucket/:key` */
export async function infoPublic(deps: Deps, c: Ctx): Promise<Response> {
  return described(c, await look(deps, c, "storage.object.info_public", true));
}
