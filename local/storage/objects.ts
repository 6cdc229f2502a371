import type { Row, Scope } from "./database.ts";
import { StorageError } from "./errors.ts";

/** What `storage.objects.metadata` holds, in hosted's words. Sizes are bytes. */
export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  /** ISO 8601. */
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
}

export interface StoredObject extends Row {
  id: string;
  name: string;
  bucket_id: string;
  owner: string | null;
  owner_id: string | null;
  version: string;
  metadata: ObjectMetadata;
  user_metadata: Row | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
}

/** A row about to be stored; `metadata` is partial while an upload is only rehearsed. */
export interface NewObject {
  bucket: string;
  key: string;
  version: string;
  owner: string | null;
  metadata: Partial<ObjectMetadata>;
  userMetadata: Row | null;
}

export interface Bucket extends Row {
  id: string;
  public: boolean;
  file_size_limit: number | null;
  allowed_mime_types: string[] | null;
}

const columns = `id, name, bucket_id, owner, owner_id, version, metadata, user_metadata,
  created_at, updated_at, last_accessed_at`;

/** The bucket, whoever asks: its limits bind also those who may not read its row. */
export async function findBucket(scope: Scope, id: string): Promise<Bucket> {
  await scope.asService();
  const [bucket] = await scope.rows<Bucket>(
    `select id, coalesce(public, false) as public, file_size_limit::float8 as file_size_limit,
       allowed_mime_types
     from storage.buckets where id = $1`,
    [id],
  );
  await scope.asCaller();
  if (!bucket) throw new StorageError("NoSuchBucket");
  return bucket;
}

/** The object as far as the role of the moment may see it. */
export async function findObject(scope: Scope, bucket: string, key: string): Promise<StoredObject> {
  const [object] = await scope.rows<StoredObject>(
    `select ${columns} from storage.objects where bucket_id = $1 and name = $2`,
    [bucket, key],
  );
  if (!object) throw new StorageError("NoSuchKey");
  return object;
}

const insert = `insert into storage.objects
    (bucket_id, name, version, owner_id, owner, metadata, user_metadata)
  values ($1, $2, $3, $4,
    case when $4 ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then $4::uuid end, $5, $6)`;

// An upload with the service key leaves the owner that the object has.
const replace = `on conflict (bucket_id, name) do update set
  version = excluded.version, metadata = excluded.metadata, user_metadata = excluded.user_metadata,
  owner = coalesce(excluded.owner, objects.owner),
  owner_id = coalesce(excluded.owner_id, objects.owner_id), updated_at = now()`;

/** Inserts or replaces the row under the caller's policies; an insert needs no permission to read. */
export async function putRow(scope: Scope, object: NewObject, upsert: boolean): Promise<void> {
  await scope.count(upsert ? `${insert} ${replace}` : insert, [
    object.bucket,
    object.key,
    object.version,
    object.owner,
    JSON.stringify(object.metadata),
    object.userMetadata && JSON.stringify(object.userMetadata),
  ]);
}

/** Stores the row for good, one writer of a key at a time, and returns the version that it replaced. */
export async function storeRow(
  scope: Scope,
  object: NewObject,
  upsert: boolean,
): Promise<{ stored: StoredObject; replaced: string | null }> {
  await scope.asService();
  await scope.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `storage:${object.bucket}/${object.key}`,
  ]);
  const [previous] = await scope.rows<{ version: string }>(
    "select version from storage.objects where bucket_id = $1 and name = $2",
    [object.bucket, object.key],
  );
  await scope.asCaller();
  await putRow(scope, object, upsert);
  await scope.asService();
  const stored = await findObject(scope, object.bucket, object.key);
  return { stored, replaced: previous?.version ?? null };
}

/** Deletes what the caller may delete among the keys; the rest is silently left out, as hosted does. */
export function deleteRows(scope: Scope, bucket: string, keys: readonly string[]) {
  return scope.rows<StoredObject>(
    `delete from storage.objects where bucket_id = $1 and name = any ($2) returning ${columns}`,
    [bucket, keys],
  );
}

/** Renames under the caller's policies. Throws NoSuchKey when the caller may not change the object or it does not exist. */
export async function moveRow(
  scope: Scope,
  from: { bucket: string; key: string },
  to: { bucket: string; key: string },
  owner: string | null,
): Promise<void> {
  const moved = await scope.count(
    `update storage.objects set bucket_id = $3, name = $4, owner_id = coalesce($5, owner_id),
       owner = coalesce(
         case when $5 ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then $5::uuid end, owner),
       updated_at = now()
     where bucket_id = $1 and name = $2`,
    [from.bucket, from.key, to.bucket, to.key, owner],
  );
  if (moved === 0) throw new StorageError("NoSuchKey");
}
