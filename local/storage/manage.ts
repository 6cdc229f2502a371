import { z } from "zod";
import { withBytes } from "./current-bytes.ts";
import { StorageError } from "./errors.ts";
import { validKey } from "./keys.ts";
import { ListOptions, ListV2Options, list, listV2 } from "./listing.ts";
import {
  deleteRows,
  findBucket,
  findObject,
  moveRow,
  putRow,
  type StoredObject,
  storeRow,
} from "./objects.ts";
import { act, body, type Ctx, type Deps, ownerOf, param } from "./request.ts";

/** `DELETE /object/:bucket {prefixes}`: answers with the deleted rows; the caller was not allowed to delete the missing keys. */
export async function removeObjects(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const { prefixes } = await body(c, z.object({ prefixes: z.array(z.string()).min(1).max(1000) }));
  const deleted = await deps.database.transaction(act(c, "storage.object.delete_many"), (scope) =>
    deleteRows(scope, bucket, prefixes),
  );
  await deps.bytes.remove(deleted.map(({ version }) => version));
  return c.json(deleted);
}

/** `DELETE /object/:bucket/:key` */
export async function removeObject(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const key = validKey(param(c, "key"));
  const deleted = await deps.database.transaction(
    act(c, "storage.object.delete"),
    async (scope) => {
      await scope.asService();
      await findObject(scope, bucket, key);
      await scope.asCaller();
      const rows = await deleteRows(scope, bucket, [key]);
      if (rows.length === 0) throw new StorageError("AccessDenied");
      return rows;
    },
  );
  await deps.bytes.remove(deleted.map(({ version }) => version));
  return c.json({ message: "Successfully deleted" });
}

const Transfer = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().optional(),
});

async function readTransfer(c: Ctx) {
  const input = await body(c, Transfer);
  return {
    from: { bucket: input.bucketId, key: validKey(input.sourceKey) },
    to: {
      bucket: input.destinationBucket ?? input.bucketId,
      key: validKey(input.destinationKey),
    },
  };
}

/** `POST /object/move`: a rename of the row; the bytes stay where they are. */
export async function moveObject(deps: Deps, c: Ctx): Promise<Response> {
  const { from, to } = await readTransfer(c);
  const moved = await deps.database.transaction(act(c, "storage.object.move"), async (scope) => {
    await findBucket(scope, to.bucket);
    await moveRow(scope, from, to, ownerOf(c.env.caller));
    await scope.asService();
    return findObject(scope, to.bucket, to.key);
  });
  return c.json({ message: "Successfully moved", Id: moved.id, Key: moved.name });
}

/** `POST /object/copy`: the caller must be able to read the source and to create the copy. */
export async function copyObject(deps: Deps, c: Ctx): Promise<Response> {
  const { from, to } = await readTransfer(c);
  const upsert = c.req.header("x-upsert") === "true";
  const what = act(c, "storage.object.copy");
  const draft = { ...to, version: "1", owner: ownerOf(c.env.caller) };
  const metadataOf = ({ metadata }: StoredObject) => ({
    ...metadata,
    lastModified: new Date().toISOString(),
  });
  const mayCopy = () =>
    deps.database.rehearse(what, async (scope) => {
      const source = await findObject(scope, from.bucket, from.key);
      await findBucket(scope, to.bucket);
      const { user_metadata: userMetadata } = source;
      await putRow(scope, { ...draft, metadata: metadataOf(source), userMetadata }, upsert);
      return source;
    });
  const copy = await withBytes(mayCopy, async (source) => ({
    ...draft,
    version: await deps.bytes.copy(source.version),
    metadata: metadataOf(source),
    userMetadata: source.user_metadata,
  }));
  const { stored, replaced } = await deps.database
    .transaction(what, (scope) => storeRow(scope, copy, upsert))
    .catch(async (error: unknown) => {
      await deps.bytes.remove([copy.version]);
      throw error;
    });
  if (replaced) await deps.bytes.remove([replaced]);
  return c.json({ ...stored, Id: stored.id, Key: `${to.bucket}/${to.key}` });
}

/** `POST /object/list/:bucket` */
export async function listObjects(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const options = await body(c, ListOptions);
  return c.json(
    await deps.database.transaction(act(c, "storage.object.list"), (scope) =>
      list(scope, bucket, options),
    ),
  );
}

/** `POST /object/list-v2/:bucket` */
export async function listObjectsV2(deps: Deps, c: Ctx): Promise<Response> {
  const bucket = param(c, "bucket");
  const options = await body(c, ListV2Options);
  return c.json(
    await deps.database.transaction(act(c, "storage.object.list_v2"), (scope) =>
      listV2(scope, bucket, options),
    ),
  );
}
