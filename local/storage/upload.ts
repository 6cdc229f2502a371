import { discard, type Written } from "./bytes.ts";
import type { StorageCaller } from "./contract.ts";
import { StorageError } from "./errors.ts";
import { checkMimeType, validKey } from "./keys.ts";
import {
  findBucket,
  type NewObject,
  type ObjectMetadata,
  putRow,
  type StoredObject,
  storeRow,
} from "./objects.ts";
import { act, type Ctx, type Deps, ownerOf, param, service } from "./request.ts";
import { readUploadBody, type UploadBody } from "./upload-body.ts";

/** The project's own limit where a bucket names none: hosted's on the free plan, and the CLI's default. */
const globalLimitBytes = 50 * 1024 * 1024;

interface Upload {
  operation: string;
  caller: StorageCaller;
  owner: string | null;
  upsert: boolean;
}

/** Refuses what is refused without reading the bytes; returns how many there may be. Without a declared length, as hosted: any. */
async function admit(
  deps: Deps,
  c: Ctx,
  upload: Upload,
  object: NewObject,
  input: UploadBody,
): Promise<number> {
  let limit = globalLimitBytes;
  await deps.database.rehearse(act(c, upload.operation, upload.caller), async (scope) => {
    const bucket = await findBucket(scope, object.bucket);
    checkMimeType(input.mimeType, bucket.allowed_mime_types);
    limit = Math.min(limit, bucket.file_size_limit ?? limit);
    if (input.isExact && (input.declaredBytes ?? 0) > limit) {
      throw new StorageError("EntityTooLarge");
    }
    await putRow(scope, object, upload.upsert);
  });
  return input.isExact && input.declaredBytes === null ? Number.POSITIVE_INFINITY : limit;
}

function metadataOf(input: UploadBody, written: Written): ObjectMetadata {
  return {
    eTag: written.etag,
    size: written.sizeBytes,
    mimetype: input.mimeType,
    cacheControl: input.cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: written.sizeBytes,
    httpStatusCode: 200,
  };
}

/**
 * Streams the body into a version of its own, then stores the row. As hosted, the policies and whether the object is
 * there already are asked before the bytes, and never again: what ends last replaces what is there.
 */
async function receive(deps: Deps, c: Ctx, upload: Upload): Promise<StoredObject> {
  const key = validKey(param(c, "key"));
  const input = await readUploadBody(c.req.raw);
  const draft: NewObject = {
    bucket: param(c, "bucket"),
    key,
    version: "1",
    owner: upload.owner,
    metadata: { mimetype: input.mimeType, contentLength: input.declaredBytes ?? 0 },
    userMetadata: input.userMetadata,
  };
  const written = await admit(deps, c, upload, draft, input)
    .then((limit) => deps.bytes.write(input.chunks, limit))
    .catch(async (error: unknown) => {
      await discard(input.chunks).catch(() => {});
      throw error;
    });
  const object = { ...draft, version: written.version, metadata: metadataOf(input, written) };
  try {
    await input.whole();
    const { stored, replaced } = await deps.database.transaction(
      act(c, upload.operation, service),
      (scope) => storeRow(scope, object, true),
    );
    if (replaced) await deps.bytes.remove([replaced]);
    return stored;
  } catch (error) {
    await deps.bytes.remove([written.version]);
    throw error;
  }
}

function answer(c: Ctx, stored: StoredObject): Response {
  return c.json({ Id: stored.id, Key: `${stored.bucket_id}/${stored.name}` });
}

/** `POST /object/:bucket/:key`; replaces what is there only with `x-upsert: true`. */
export async function createObject(deps: Deps, c: Ctx): Promise<Response> {
  const { caller } = c.env;
  const upsert = c.req.header("x-upsert") === "true";
  return answer(
    c,
    await receive(deps, c, {
      operation: "storage.object.upload",
      caller,
      owner: ownerOf(caller),
      upsert,
    }),
  );
}

/** `PUT /object/:bucket/:key`; creates the object when it is missing, as hosted does. */
export async function updateObject(deps: Deps, c: Ctx): Promise<Response> {
  const { caller } = c.env;
  return answer(
    c,
    await receive(deps, c, {
      operation: "storage.object.upload_update",
      caller,
      owner: ownerOf(caller),
      upsert: true,
    }),
  );
}

/** `PUT /object/upload/sign/:bucket/:key?token=`: the token is the permission, its signer the owner. */
export async function uploadSigned(deps: Deps, c: Ctx): Promise<Response> {
  const url = `${param(c, "bucket")}/${param(c, "key")}`;
  const token = await deps.signer.readUpload(c.req.query("token") ?? "", url);
  const stored = await receive(deps, c, {
    operation: "storage.object.upload_signed",
    caller: service,
    owner: token.owner ?? null,
    upsert: token.upsert,
  });
  return c.json({ Key: `${stored.bucket_id}/${stored.name}` });
}
