import { z } from "zod";
import type { Row, Scope } from "./database.ts";
import { StorageError, toStorageError } from "./errors.ts";
import { validBucketName } from "./keys.ts";
import { act, body, type Ctx, type Deps, ownerOf, param } from "./request.ts";

const columns = `id, name, coalesce(owner_id, owner::text, '') as owner,
  coalesce(public, false) as public, file_size_limit::float8 as file_size_limit,
  allowed_mime_types, created_at, updated_at, 'STANDARD' as type`;

const units: Record<string, number> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** A limit in bytes: a number, or words like `20MB` (decimal units, as hosted). */
const sizeLimit = z.union([
  z.int().min(0),
  z
    .string()
    .regex(/^\d+(\.\d+)?(b|kb|mb|gb)$/i)
    .transform((text) => {
      const unit = text.replace(/[\d.]/g, "").toLowerCase();
      return Math.floor(Number.parseFloat(text) * (units[unit] ?? 1));
    }),
]);

const Settings = z.object({
  public: z.boolean().optional(),
  file_size_limit: sizeLimit.nullish(),
  allowed_mime_types: z.array(z.string()).nullish(),
});
const NewBucket = Settings.extend({ id: z.string().optional(), name: z.string() });

async function visibleBucket(scope: Scope, id: string): Promise<Row> {
  const [bucket] = await scope.rows(`select ${columns} from storage.buckets where id = $1`, [id]);
  if (!bucket) throw new StorageError("NoSuchBucket");
  return bucket;
}

/** `POST /bucket` */
export async function createBucket(deps: Deps, c: Ctx): Promise<Response> {
  const input = await body(c, NewBucket);
  const name = validBucketName(input.name);
  const owner = ownerOf(c.env.caller);
  await deps.database
    .transaction(act(c, "storage.bucket.create"), (scope) =>
      scope.count(
        `insert into storage.buckets (id, name, owner_id, public, file_size_limit, allowed_mime_types)
         values ($1, $2, $3, $4, $5, $6)`,
        [
          validBucketName(input.id ?? name),
          name,
          owner,
          input.public ?? false,
          input.file_size_limit ?? null,
          input.allowed_mime_types ?? null,
        ],
      ),
    )
    .catch((error: unknown) => {
      const known = toStorageError(error);
      throw known.code === "KeyAlreadyExists" ? new StorageError("BucketAlreadyExists") : known;
    });
  return c.json({ name });
}

const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  sortColumn: z.enum(["id", "name", "created_at", "updated_at"]).default("id"),
  sortOrder: z.enum(["asc", "desc"]).default("asc"),
  search: z.string().default(""),
});

/** `GET /bucket` */
export async function listBuckets(deps: Deps, c: Ctx): Promise<Response> {
  const query = ListQuery.safeParse(c.req.query());
  if (!query.success) throw new StorageError("InvalidRequest", "querystring is invalid");
  const { limit, offset, sortColumn, sortOrder, search } = query.data;
  return c.json(
    await deps.database.transaction(act(c, "storage.bucket.list"), (scope) =>
      scope.rows(
        `select ${columns} from storage.buckets where strpos(lower(name), lower($1)) > 0 or $1 = ''
         order by ${sortColumn} ${sortOrder} limit $2 offset $3`,
        [search, limit ?? null, offset ?? 0],
      ),
    ),
  );
}

/** `GET /bucket/:bucket` */
export async function getBucket(deps: Deps, c: Ctx): Promise<Response> {
  return c.json(
    await deps.database.transaction(act(c, "storage.bucket.get"), (scope) =>
      visibleBucket(scope, param(c, "bucket")),
    ),
  );
}

/** `PUT /bucket/:bucket`: what is not named stays. */
export async function updateBucket(deps: Deps, c: Ctx): Promise<Response> {
  const input = await body(c, Settings);
  const updated = await deps.database.transaction(act(c, "storage.bucket.update"), (scope) =>
    scope.count(
      `update storage.buckets set public = coalesce($2, public),
         file_size_limit = case when $3 then $4 else file_size_limit end,
         allowed_mime_types = case when $5 then $6 else allowed_mime_types end, updated_at = now()
       where id = $1`,
      [
        param(c, "bucket"),
        input.public ?? null,
        input.file_size_limit !== undefined,
        input.file_size_limit ?? null,
        input.allowed_mime_types !== undefined,
        input.allowed_mime_types ?? null,
      ],
    ),
  );
  if (updated === 0) throw new StorageError("NoSuchBucket");
  return c.json({ message: "Successfully updated" });
}

/** `POST /bucket/:bucket/empty`: at once, where hosted queues it; only what the caller may delete. */
export async function emptyBucket(deps: Deps, c: Ctx): Promise<Response> {
  const versions = await deps.database.transaction(
    act(c, "storage.bucket.empty"),
    async (scope) => {
      const { id } = await visibleBucket(scope, param(c, "bucket"));
      return scope.rows<{ version: string }>(
        "delete from storage.objects where bucket_id = $1 returning version",
        [id],
      );
    },
  );
  await deps.bytes.remove(versions.map(({ version }) => version));
  return c.json({ message: "Successfully emptied" });
}

/** `DELETE /bucket/:bucket`: refuses while there are objects in it. */
export async function deleteBucket(deps: Deps, c: Ctx): Promise<Response> {
  const id = param(c, "bucket");
  await deps.database.transaction(act(c, "storage.bucket.delete"), async (scope) => {
    await scope.asService();
    await visibleBucket(scope, id);
    const objects = await scope.rows("select from storage.objects where bucket_id = $1 limit 1", [
      id,
    ]);
    if (objects.length > 0) throw new StorageError("ResourceNotEmpty");
    await scope.asCaller();
    const deleted = await scope.count("delete from storage.buckets where id = $1", [id]);
    if (deleted === 0) throw new StorageError("NoSuchBucket");
  });
  return c.json({ message: "Successfully deleted" });
}
