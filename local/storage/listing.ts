import { z } from "zod";
import type { Row, Scope } from "./database.ts";
import { StorageError } from "./errors.ts";

const direction = z.enum(["asc", "desc"]).default("asc");

/** The body of `POST /object/list/:bucket`. */
export const ListOptions = z.object({
  prefix: z.string(),
  limit: z.int().min(1).default(100),
  offset: z.int().min(0).default(0),
  search: z.string().default(""),
  sortBy: z
    .object({
      column: z.enum(["name", "updated_at", "created_at", "last_accessed_at"]).default("name"),
      order: direction,
    })
    .prefault({}),
});

/** The body of `POST /object/list-v2/:bucket`. */
export const ListV2Options = z.object({
  prefix: z.string().default(""),
  limit: z.int().min(1).default(1000),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
  sortBy: z
    .object({
      column: z.enum(["name", "updated_at", "created_at"]).default("name"),
      order: direction,
    })
    .prefault({}),
});

const objectColumns = "id, updated_at, created_at, last_accessed_at, metadata";
const folderColumns = `null::uuid as id, null::timestamptz as updated_at,
  null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata`;

/** One folder's entries, names relative to it; a folder is an entry without id. Not recursive. */
export function list(scope: Scope, bucket: string, options: z.infer<typeof ListOptions>) {
  const { column, order } = options.sortBy;
  const folder =
    options.prefix === "" || options.prefix.endsWith("/") ? options.prefix : `${options.prefix}/`;
  const sorting =
    column === "name"
      ? `lower(name) collate "C" ${order}`
      : `id is not null, ${column} ${order}, name collate "C" ${order}`;
  return scope.rows(
    `with below as (
       select substr(name, length($2) + 1) as rest, ${objectColumns} from storage.objects
       where bucket_id = $1 and starts_with(lower(name), lower($2 || $3))
     )
     select * from (
       select distinct split_part(rest, '/', 1) as name, ${folderColumns} from below
       where strpos(rest, '/') > 0
       union all
       select rest, ${objectColumns} from below where strpos(rest, '/') = 0 and rest <> ''
     ) entries
     order by ${sorting} limit $4 offset $5`,
    [bucket, folder, options.search, Math.min(options.limit, 1500), options.offset],
  );
}

const Cursor = z.object({ at: z.string(), name: z.string() });

function readCursor(text: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch (cause) {
    throw new StorageError("InvalidRequest", "Invalid Parameter cursor", { cause });
  }
}

interface Entry extends Row {
  name: string;
  id: string | null;
  sort_at: string;
}

/** A page of all objects whose key starts with the prefix, or with the delimiter of one level and its folders. */
export async function listV2(scope: Scope, bucket: string, options: z.infer<typeof ListV2Options>) {
  const { column, order } = options.sortBy;
  const sortAt = column === "name" ? "timestamptz 'epoch'" : column;
  const after = options.cursor === undefined ? null : readCursor(options.cursor);
  const limit = Math.min(options.limit, 1000);
  const entries = await scope.rows<Entry>(
    `with below as (
       select *, case when $3 then strpos(substr(name, length($2) + 1), '/') else 0 end as cut,
         ${sortAt} as sort_at
       from storage.objects where bucket_id = $1 and starts_with(name, $2)
     )
     select name, ${objectColumns}, sort_at::text, regexp_replace(rtrim(name, '/'), '^.*/', '') as key
     from (
       select left(name, length($2) + cut) as name, ${folderColumns}, min(sort_at) as sort_at
       from below where cut > 0 group by 1
       union all
       select name, ${objectColumns}, sort_at from below where cut = 0
     ) entries
     where $4::timestamptz is null
       or (sort_at, name collate "C") ${order === "asc" ? ">" : "<"} ($4::timestamptz, $5 collate "C")
     order by sort_at ${order}, name collate "C" ${order} limit $6`,
    [
      bucket,
      options.prefix,
      options.with_delimiter,
      after?.at ?? null,
      after?.name ?? "",
      limit + 1,
    ],
  );
  const page = entries.slice(0, limit);
  const last = page.at(-1);
  const hasNext = entries.length > limit;
  return {
    hasNext,
    ...(hasNext &&
      last && {
        nextCursor: Buffer.from(JSON.stringify({ at: last.sort_at, name: last.name })).toString(
          "base64url",
        ),
      }),
    folders: page.flatMap(({ id, name, key }) => (id === null ? [{ name, key }] : [])),
    objects: page.flatMap(({ sort_at: _, ...entry }) => (entry.id === null ? [] : [entry])),
  };
}
