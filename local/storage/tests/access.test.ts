import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sql } from "../../../supabase/tests/support/database.ts";
import { testStack } from "../../../supabase/tests/support/resources.ts";
import { anonymousClient, serviceClient } from "../../../supabase/tests/support/users.ts";
import { sampleBytes, stage } from "./support.ts";

const scene = stage();
const of = (client: { storage: ReturnType<typeof serviceClient>["storage"] }) =>
  client.storage.from(scene.bucket);
const mine = () => of(scene.owner.client);
const theirs = () => of(scene.other.client);
const path = (name: string = randomUUID()) => `${scene.owner.id}/${name}`;

async function stored(): Promise<string> {
  const key = path();
  const { error } = await mine().upload(key, sampleBytes(3));
  if (error) throw error;
  return key;
}

const forbidden = { status: 400, statusCode: "403" };
const absent = { status: 400, statusCode: "404" };

describe.each(["another user", "a visitor"])("%s", (who) => {
  const stranger = () => (who === "a visitor" ? of(anonymousClient()) : theirs());

  test("cannot write into the owner's folder, and nothing remains of the attempt", async () => {
    for (const body of [sampleBytes(5), new Blob([sampleBytes(5)]), sampleBytes(6 * 1024 * 1024)]) {
      const key = path();
      expect((await stranger().upload(key, body)).error).toMatchObject(forbidden);
      expect((await mine().exists(key)).data).toBe(false);
    }
  });

  test("cannot sign an upload into the owner's folder", async () => {
    expect((await stranger().createSignedUploadUrl(path())).error).toMatchObject(forbidden);
  });

  test("cannot read, sign, describe or list the owner's object", async () => {
    const key = await stored();
    expect((await stranger().download(key)).error).toMatchObject(absent);
    expect((await stranger().createSignedUrl(key, 60)).error).toMatchObject(absent);
    expect((await stranger().createSignedUrls([key], 60)).data).toEqual([
      expect.objectContaining({ path: key, signedUrl: null }),
    ]);
    expect((await stranger().info(key)).error).toMatchObject(absent);
    expect((await stranger().exists(key)).data).toBe(false);
    expect((await stranger().list(scene.owner.id)).data).toEqual([]);
    expect((await stranger().listV2({ prefix: scene.owner.id })).data?.objects).toEqual([]);
  });

  test("cannot replace, move, copy or remove the owner's object", async () => {
    const key = await stored();
    expect((await stranger().update(key, sampleBytes(9))).error).toMatchObject(forbidden);
    expect((await stranger().upload(key, sampleBytes(9), { upsert: true })).error).toMatchObject(
      forbidden,
    );
    expect((await stranger().move(key, `${scene.other.id}/taken`)).error).toMatchObject(absent);
    expect((await stranger().copy(key, `${scene.other.id}/taken`)).error).toMatchObject(absent);
    expect(await stranger().remove([key])).toEqual({ data: [], error: null });
    expect((await mine().info(key)).data).toMatchObject({ size: 3 });
  });

  test("cannot make, change, empty or delete a bucket", async () => {
    const { storage } = who === "a visitor" ? anonymousClient() : scene.other.client;
    expect((await storage.createBucket(randomUUID(), { public: true })).error).toMatchObject(
      forbidden,
    );
    for (const attempt of [
      storage.updateBucket(scene.bucket, { public: true }),
      storage.emptyBucket(scene.bucket),
      storage.deleteBucket(scene.bucket),
    ]) {
      expect((await attempt).error).toMatchObject({ status: 400 });
    }
    const { data } = await serviceClient().storage.getBucket(scene.bucket);
    expect(data?.public).toBe(false);
  });
});

test("an owner cannot move or copy their object into another's folder", async () => {
  const key = await stored();
  expect((await mine().move(key, `${scene.other.id}/gift`)).error).toMatchObject(forbidden);
  expect((await mine().copy(key, `${scene.other.id}/gift`)).error).toMatchObject(forbidden);
  expect((await theirs().list(scene.other.id)).data).toEqual([]);
});

test("the secret key reads and writes everywhere", async () => {
  const key = path();
  expect((await of(serviceClient()).upload(key, sampleBytes(4))).error).toBeNull();
  expect((await mine().info(key)).data?.size).toBe(4);
});

test("policies see the operation of the request", async () => {
  const name = `"${scene.bucket} names only"`;
  await sql(`create policy ${name} on storage.objects for select to anon
    using (bucket_id = '${scene.bucket}' and current_setting('storage.operation', true) = 'storage.object.list')`);
  try {
    const key = await stored();
    const visitor = of(anonymousClient());
    expect((await visitor.list(scene.owner.id)).data).toContainEqual(
      expect.objectContaining({ name: key.split("/")[1] }),
    );
    expect((await visitor.download(key)).error).toMatchObject(absent);
  } finally {
    await sql(`drop policy ${name} on storage.objects`);
  }
});

test("a signed URL is good for its object and its direction alone", async () => {
  const [key, other] = [await stored(), await stored()];
  const { data } = await mine().createSignedUrl(key, 60);
  const upload = await mine().createSignedUploadUrl(key, { upsert: true });
  const token = new URL(data?.signedUrl ?? "").searchParams.get("token") ?? "";
  const at = (object: string, value: string) =>
    fetch(`${testStack().url}/storage/v1/object/sign/${scene.bucket}/${object}?token=${value}`);
  expect((await at(key, token)).status).toBe(200);
  for (const response of [
    await at(other, token),
    await at(key, upload.data?.token ?? ""),
    await at(key, `${token.slice(0, -2)}AA`),
    await at(key, scene.owner.token),
    await at(key, ""),
  ]) {
    expect(response.status).toBe(400);
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
  const misused = await theirs().uploadToSignedUrl(key, token, sampleBytes(1));
  expect(misused.error).toMatchObject({ status: 400, statusCode: "400" });
});

test("a signed URL follows the object: removed means gone", async () => {
  const key = await stored();
  const { data } = await mine().createSignedUrl(key, 60);
  await mine().remove([key]);
  const response = await fetch(data?.signedUrl ?? "");
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ statusCode: "404", code: "NoSuchKey" });
});

test.each([
  "a%2f..%2fb",
  "..%2f..%2fb",
  "%2e%2e%2fb",
  "é.txt",
  "a%00b",
  "%5c..%5cb",
  "a%25",
  "~x",
  "a[b]",
])("the key %s is refused", async (key) => {
  const { url, secret_key } = testStack();
  const response = await fetch(`${url}/storage/v1/object/${scene.bucket}/${key}`, {
    method: "POST",
    headers: { apikey: secret_key, authorization: `Bearer ${secret_key}` },
    body: "x",
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ statusCode: "400", code: "InvalidKey" });
});

test("a missing bucket is named as the reason", async () => {
  const { error } = await serviceClient().storage.from(randomUUID()).upload("a", sampleBytes(1));
  expect(error).toMatchObject({ status: 400, statusCode: "404" });
});

test("a body that is no JSON, or the wrong JSON, is a 400", async () => {
  const { url, secret_key } = testStack();
  for (const body of ["{", "[]", '{"prefix":5}', '{"prefix":"","limit":-1}', "null"]) {
    const response = await fetch(`${url}/storage/v1/object/list/${scene.bucket}`, {
      method: "POST",
      headers: { apikey: secret_key, authorization: `Bearer ${secret_key}` },
      body,
    });
    expect(response.status, body).toBe(400);
    expect(await response.json()).toMatchObject({ code: "InvalidRequest" });
  }
});
