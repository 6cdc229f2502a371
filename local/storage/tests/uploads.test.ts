import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { anonymousClient, serviceClient } from "../../../supabase/tests/support/users.ts";
import { sampleBytes, sha256, sha256Of, stage } from "./support.ts";

const scene = stage();
const files = () => scene.owner.client.storage.from(scene.bucket);
const path = () => `${scene.owner.id}/${randomUUID()}`;

const sizes = [0, 1, 5 * 1024 * 1024 + 1];
type Kind = "bytes" | "blob" | "file" | "form" | "stream";
const type = "application/octet-stream";
const bodyOf: Record<
  Kind,
  (bytes: Uint8Array<ArrayBuffer>) => Parameters<ReturnType<typeof files>["upload"]>[1]
> = {
  bytes: (bytes) => bytes,
  blob: (bytes) => new Blob([bytes], { type }),
  file: (bytes) => new File([bytes], "a name.bin", { type }),
  form: (bytes) => {
    const form = new FormData();
    form.append("cacheControl", "3600");
    form.append("", new Blob([bytes], { type }));
    return form;
  },
  stream: (bytes) => new Blob([bytes]).stream(),
};
const kinds: Kind[] = ["bytes", "blob", "file", "form", "stream"];

describe.each(kinds)("%s", (kind) => {
  test.each(sizes)("of %i bytes arrives whole by upload", async (size) => {
    const bytes = sampleBytes(size);
    const key = path();
    const uploaded = await files().upload(key, bodyOf[kind](bytes), { contentType: type });
    expect(uploaded.error).toBeNull();
    expect(uploaded.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      path: key,
      fullPath: `${scene.bucket}/${key}`,
    });
    const { data, error } = await files().download(key);
    expect(error).toBeNull();
    expect(data?.type).toBe(type);
    expect(data && (await sha256Of(data))).toBe(sha256(bytes));
  });

  test.each(sizes)("of %i bytes arrives whole by a signed upload URL", async (size) => {
    const bytes = sampleBytes(size);
    const key = path();
    const signed = await files().createSignedUploadUrl(key);
    expect(signed.error).toBeNull();
    expect(signed.data).toEqual({
      path: key,
      token: expect.any(String),
      signedUrl: expect.stringContaining(`/object/upload/sign/${scene.bucket}/${key}?token=`),
    });
    const uploaded = await anonymousClient()
      .storage.from(scene.bucket)
      .uploadToSignedUrl(key, signed.data?.token ?? "", bodyOf[kind](bytes), { contentType: type });
    expect(uploaded).toEqual({
      data: { path: key, fullPath: `${scene.bucket}/${key}` },
      error: null,
    });
    const { data } = await files().download(key);
    expect(data && (await sha256Of(data))).toBe(sha256(bytes));
  });
});

test("update replaces the bytes and keeps the row", async () => {
  const key = path();
  const first = await files().upload(key, sampleBytes(10));
  const second = await files().update(key, new Blob(["new"], { type: "text/plain" }));
  expect(second.error).toBeNull();
  expect(second.data?.id).toBe(first.data?.id);
  const { data } = await files().download(key);
  expect(await data?.text()).toBe("new");
});

test("an upload on a path that is taken fails without upsert and replaces with it", async () => {
  const key = path();
  await files().upload(key, sampleBytes(2));
  const { error } = await files().upload(key, sampleBytes(3));
  expect(error).toMatchObject({ status: 400, statusCode: "409" });
  expect((await files().upload(key, sampleBytes(4), { upsert: true })).error).toBeNull();
  expect((await files().info(key)).data?.size).toBe(4);
});

test("of uploads racing for one path each that found it free succeeds, and the last one is served", async () => {
  const key = path();
  const bodies = Array.from({ length: 6 }, (_, index) => sampleBytes(1000 + index));
  const outcomes = await Promise.all(bodies.map((body) => files().upload(key, body)));
  const winners = outcomes.flatMap(({ error }, index) => (error ? [] : [index]));
  const { data } = await files().download(key);
  expect(winners).toContain((data?.size ?? 0) - 1000);
  expect((await files().upload(key, sampleBytes(1))).error).toMatchObject({ statusCode: "409" });
});

test("an object that is replaced all the time is read and copied whole, and never missing", async () => {
  const key = path();
  const [copied, size] = [path(), 200_000];
  await files().upload(key, sampleBytes(size));
  const readers = new AbortController();
  const replacing = (async () => {
    let round = 0;
    while (!readers.signal.aborted) {
      const { error } = await files().upload(key, sampleBytes(size + (++round % 3)), {
        upsert: true,
      });
      expect(error).toBeNull();
    }
  })();
  const read = async () => {
    for (let round = 0; round < 40; round++) {
      const { data, error } = await files().download(key);
      expect(error).toBeNull();
      if (data) expect(await sha256Of(data)).toBe(sha256(sampleBytes(data.size)));
    }
  };
  const copy = async () => {
    for (let round = 0; round < 20; round++) {
      expect((await files().copy(key, `${copied}-${round}`)).error).toBeNull();
    }
  };
  await Promise.all([read(), read(), copy()]).finally(() => readers.abort());
  await replacing;
});

test("a signed upload URL is spent by its upload, unless it was made for upsert", async () => {
  const [once, often] = [path(), path()];
  const anyone = anonymousClient().storage.from(scene.bucket);
  const single = await files().createSignedUploadUrl(once);
  const repeat = await files().createSignedUploadUrl(often, { upsert: true });
  const send = (key: string, token: string | undefined, size: number) =>
    anyone.uploadToSignedUrl(key, token ?? "", sampleBytes(size));
  expect((await send(once, single.data?.token, 1)).error).toBeNull();
  expect((await send(once, single.data?.token, 2)).error).toMatchObject({ statusCode: "409" });
  expect((await files().info(once)).data?.size).toBe(1);
  expect((await send(often, repeat.data?.token, 1)).error).toBeNull();
  expect((await send(often, repeat.data?.token, 2)).error).toBeNull();
  expect((await files().info(often)).data?.size).toBe(2);
});

test("what is uploaded by a signed URL belongs to whoever signed it", async () => {
  const key = path();
  const signed = await files().createSignedUploadUrl(key);
  await serviceClient()
    .storage.from(scene.bucket)
    .uploadToSignedUrl(key, signed.data?.token ?? "", sampleBytes(1));
  const { data } = await serviceClient().storage.from(scene.bucket).remove([key]);
  expect(data).toEqual([expect.objectContaining({ name: key, owner_id: scene.owner.id })]);
});
