import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { serviceClient } from "../../../supabase/tests/support/users.ts";
import { sampleBytes, sha256, sha256Of, stage } from "./support.ts";

const scene = stage();
const files = () => scene.owner.client.storage.from(scene.bucket);
const path = (name: string = randomUUID()) => `${scene.owner.id}/${name}`;

test("info tells size, type, cache, etag and the user's metadata, in camel case", async () => {
  const key = path();
  await files().upload(key, new Blob(["hello"], { type: "text/plain" }), {
    cacheControl: "60",
    metadata: { colour: "blue" },
  });
  const { data, error } = await files().info(key);
  expect(error).toBeNull();
  expect(data).toEqual({
    id: expect.any(String),
    name: key,
    version: expect.any(String),
    bucketId: scene.bucket,
    size: 5,
    contentType: "text/plain",
    cacheControl: "max-age=60",
    etag: '"5d41402abc4b2a76b9719d911017c592"',
    metadata: { colour: "blue" },
    lastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

test("metadata travels with raw bytes as well", async () => {
  const key = path();
  await files().upload(key, sampleBytes(3), { metadata: { n: 1 } });
  expect((await files().info(key)).data?.metadata).toEqual({ n: 1 });
});

test("exists is true for what is there and false for what is not", async () => {
  const key = path();
  expect((await files().exists(key)).data).toBe(false);
  await files().upload(key, sampleBytes(1));
  expect(await files().exists(key)).toEqual({ data: true, error: null });
});

test("signed URLs serve the object to anybody, as a download under a name when asked", async () => {
  const key = path("with space (1).txt");
  await files().upload(key, new Blob(["hello"], { type: "text/plain" }));
  const plain = await files().createSignedUrl(key, 60);
  const named = await files().createSignedUrl(key, 60, { download: "Report (1), final.txt" });
  const many = await files().createSignedUrls([key, path("absent")], 60, { download: true });
  expect(many.error).toBeNull();
  expect(many.data).toEqual([
    expect.objectContaining({ error: null, path: key, signedUrl: expect.any(String) }),
    expect.objectContaining({ error: expect.any(String), path: path("absent"), signedUrl: null }),
  ]);
  const get = async (url: string | null | undefined) => {
    const response = await fetch(url ?? "");
    return {
      status: response.status,
      text: await response.text(),
      disposition: response.headers.get("content-disposition"),
    };
  };
  const ok = { status: 200, text: "hello" };
  expect(await get(plain.data?.signedUrl)).toEqual({ ...ok, disposition: null });
  expect(await get(many.data?.[0]?.signedUrl)).toEqual({ ...ok, disposition: "attachment;" });
  expect(await get(named.data?.signedUrl)).toEqual({
    ...ok,
    disposition: expect.stringMatching(/^attachment; filename=.*; filename\*=UTF-8''/),
  });
});

test("list shows one folder, names relative, folders without id", async () => {
  const folder = path();
  for (const name of ["b.txt", "A.txt", "sub/one.txt", "sub/two.txt", "c_d.txt"]) {
    await files().upload(`${folder}/${name}`, new Blob(["x"], { type: "text/plain" }));
  }
  const { data, error } = await files().list(folder);
  expect(error).toBeNull();
  expect(data?.map(({ name, id }) => [name, id === null])).toEqual([
    ["A.txt", false],
    ["b.txt", false],
    ["c_d.txt", false],
    ["sub", true],
  ]);
  expect(data?.[0]).toEqual({
    name: "A.txt",
    id: expect.any(String),
    updated_at: expect.any(String),
    created_at: expect.any(String),
    last_accessed_at: expect.any(String),
    metadata: {
      eTag: expect.any(String),
      size: 1,
      mimetype: "text/plain",
      cacheControl: "max-age=3600",
      lastModified: expect.any(String),
      contentLength: 1,
      httpStatusCode: 200,
    },
  });
  expect(data?.[3]).toEqual({
    name: "sub",
    id: null,
    updated_at: null,
    created_at: null,
    last_accessed_at: null,
    metadata: null,
  });
  const names = async (...options: Parameters<ReturnType<typeof files>["list"]>) =>
    (await files().list(...options)).data?.map(({ name }) => name);
  expect(await names(folder, { search: "B" })).toEqual(["b.txt"]);
  expect(await names(folder, { limit: 2, offset: 1 })).toEqual(["b.txt", "c_d.txt"]);
  expect(await names(folder, { sortBy: { column: "name", order: "desc" } })).toEqual([
    "sub",
    "c_d.txt",
    "b.txt",
    "A.txt",
  ]);
  expect(await names(folder, { sortBy: { column: "created_at", order: "desc" } })).toEqual([
    "sub",
    "c_d.txt",
    "A.txt",
    "b.txt",
  ]);
  expect(await names(`${folder}/sub`)).toEqual(["one.txt", "two.txt"]);
});

test.each(["name", "created_at"] as const)(
  "listV2 pages through everything by %s",
  async (column) => {
    const folder = path();
    const keys = ["a", "b/1", "b/2", "c", "d"].map((name) => `${folder}/${name}`);
    for (const key of keys) await files().upload(key, sampleBytes(1));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, error } = await files().listV2({
        prefix: `${folder}/`,
        limit: 2,
        sortBy: { column },
        ...(cursor && { cursor }),
      });
      if (error) throw error;
      seen.push(...data.objects.map(({ name }) => name));
      cursor = data.nextCursor;
      expect(data.hasNext).toBe(cursor !== undefined);
    } while (cursor);
    expect(seen).toEqual(keys);
  },
);

test("listV2 with a delimiter tells folders from objects", async () => {
  const folder = path();
  for (const name of ["a", "b/1", "b/2"]) await files().upload(`${folder}/${name}`, sampleBytes(1));
  const { data } = await files().listV2({ prefix: `${folder}/`, with_delimiter: true });
  expect(data).toEqual({
    hasNext: false,
    folders: [{ name: `${folder}/b/`, key: "b" }],
    objects: [
      {
        name: `${folder}/a`,
        key: "a",
        id: expect.any(String),
        updated_at: expect.any(String),
        created_at: expect.any(String),
        last_accessed_at: expect.any(String),
        metadata: expect.objectContaining({ size: 1 }),
      },
    ],
  });
});

test("move renames, copy doubles, remove deletes and tells what", async () => {
  const [first, second, third] = [path(), path(), path()];
  await files().upload(first, sampleBytes(7), { contentType: "image/png" });
  const moved = await files().move(first, second);
  expect(moved).toEqual({
    data: expect.objectContaining({ message: expect.any(String) }),
    error: null,
  });
  expect((await files().exists(first)).data).toBe(false);
  expect(await files().copy(second, third)).toEqual({
    data: { path: `${scene.bucket}/${third}` },
    error: null,
  });
  for (const key of [second, third]) {
    const { data } = await files().download(key);
    expect(data?.type).toBe("image/png");
    expect(data && (await sha256Of(data))).toBe(sha256(sampleBytes(7)));
  }
  const removed = await files().remove([second, third, path("absent")]);
  expect(removed.error).toBeNull();
  expect(removed.data?.map(({ name }) => name).sort()).toEqual([second, third].sort());
  expect(removed.data?.[0]).toMatchObject({ bucket_id: scene.bucket, id: expect.any(String) });
  expect((await files().exists(second)).data).toBe(false);
  expect(await files().remove([second])).toEqual({ data: [], error: null });
});

test("a download can be taken as a stream", async () => {
  const key = path();
  const bytes = sampleBytes(200_000);
  await files().upload(key, bytes);
  const { data } = await files().download(key).asStream();
  expect(data && (await sha256Of(new Response(data)))).toBe(sha256(bytes));
});

test("a bucket is made, read, listed, changed, emptied and deleted", async () => {
  const { storage } = serviceClient();
  const id = `storage-test-${randomUUID()}`;
  expect(await storage.createBucket(id, { public: false, fileSizeLimit: "1KB" })).toEqual({
    data: { name: id },
    error: null,
  });
  expect((await storage.createBucket(id, { public: false })).error).toMatchObject({
    statusCode: "409",
  });
  const { data: bucket } = await storage.getBucket(id);
  expect(bucket).toEqual({
    id,
    name: id,
    type: "STANDARD",
    owner: "",
    public: false,
    file_size_limit: 1000,
    allowed_mime_types: null,
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  expect((await storage.listBuckets({ search: id })).data).toEqual([bucket]);
  expect((await storage.updateBucket(id, { public: true })).error).toBeNull();
  expect((await storage.getBucket(id)).data).toMatchObject({ public: true, file_size_limit: 1000 });
  await storage.from(id).upload("a/b", sampleBytes(1));
  expect((await storage.deleteBucket(id)).error).toMatchObject({ statusCode: "409" });
  expect((await storage.emptyBucket(id)).error).toBeNull();
  expect((await storage.deleteBucket(id)).error).toBeNull();
  expect((await storage.getBucket(id)).error).toMatchObject({ status: 400, statusCode: "404" });
});

test("a public bucket serves anybody by its public URL", async () => {
  const { storage } = serviceClient();
  const id = `storage-test-${randomUUID()}`;
  await storage.createBucket(id, { public: true });
  await storage.from(id).upload("a b.txt", new Blob(["hello"], { type: "text/plain" }));
  const { publicUrl } = storage.from(id).getPublicUrl("a b.txt").data;
  const response = await fetch(publicUrl);
  expect([response.status, await response.text()]).toEqual([200, "hello"]);
  expect(response.headers.get("cache-control")).toBe("max-age=3600");
  const privateUrl = files().getPublicUrl("a b.txt").data.publicUrl;
  const refused = await fetch(privateUrl);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ statusCode: "404", code: "NoSuchBucket" });
});
