import { beforeAll, expect, test } from "vitest";
import { testStack } from "../../../supabase/tests/support/resources.ts";
import { sampleBytes, sha256, sha256Of, stage } from "./support.ts";

const scene = stage();
const files = () => scene.owner.client.storage.from(scene.bucket);
const bytes = sampleBytes(300_000);
const key = () => `${scene.owner.id}/range.bin`;
let signedUrl = "";

beforeAll(async () => {
  await files().upload(key(), bytes, { contentType: "application/pdf", cacheControl: "120" });
  signedUrl = (await files().createSignedUrl(key(), 60)).data?.signedUrl ?? "";
});

const own = (name: string, init: RequestInit = {}) =>
  fetch(`${testStack().url}/storage/v1/object/${scene.bucket}/${name}`, {
    ...init,
    headers: {
      apikey: testStack().publishable_key,
      authorization: `Bearer ${scene.owner.token}`,
      ...init.headers,
    },
  });

test("a whole object comes with its type, length, tag and cache-control", async () => {
  const response = await own(key());
  expect(response.status).toBe(200);
  expect(await sha256Of(response)).toBe(sha256(bytes));
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "accept-ranges": "bytes",
    "content-type": "application/pdf",
    "content-length": "300000",
    "cache-control": "max-age=120",
    etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    "last-modified": expect.stringMatching(/ GMT$/),
    "x-robots-tag": "none",
  });
  expect(response.headers.get("content-disposition")).toBeNull();
});

test("a signed URL's answer may be cached no longer than the URL lives", async () => {
  const response = await fetch(signedUrl);
  const token = new URL(signedUrl).searchParams.get("token")?.split(".")[1] ?? "";
  const { exp, iat } = JSON.parse(Buffer.from(token, "base64url").toString());
  expect(exp - iat).toBe(60);
  expect(response.headers.get("cache-control")).toBeNull();
  expect(Date.parse(response.headers.get("expires") ?? "")).toBe(exp * 1000);
  expect(await sha256Of(response)).toBe(sha256(bytes));
});

test.each([
  ["bytes=0-0", 0, 0],
  ["bytes=10-19", 10, 19],
  ["bytes=299990-", 299_990, 299_999],
  ["bytes=-5", 299_995, 299_999],
  ["bytes=0-999999999", 0, 299_999],
  ["bytes=-999999999", 0, 299_999],
])("range %s gives bytes %i to %i", async (range, from, to) => {
  for (const response of [
    await own(key(), { headers: { range } }),
    await fetch(signedUrl, { headers: { range } }),
  ]) {
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${from}-${to}/300000`);
    expect(response.headers.get("content-length")).toBe(String(to - from + 1));
    expect(await sha256Of(response)).toBe(sha256(bytes.subarray(from, to + 1)));
  }
});

test.each([
  "bytes=300000-",
  "bytes=5-4",
  "bytes=-0",
  "bytes=a-b",
  "items=0-1",
  "bytes=0-1,3-4",
  "bytes=-",
])("range %s is 416", async (range) => {
  const response = await own(key(), { headers: { range } });
  expect(response.status).toBe(416);
  expect(await response.json()).toMatchObject({ statusCode: "416", code: "InvalidRange" });
});

test("an empty object is served whole and has no ranges", async () => {
  const empty = `${scene.owner.id}/empty`;
  await files().upload(empty, new Uint8Array());
  const whole = await own(empty);
  expect([whole.status, whole.headers.get("content-length"), await whole.text()]).toEqual([
    200,
    "0",
    "",
  ]);
  expect((await own(empty, { headers: { range: "bytes=0-0" } })).status).toBe(416);
});

test("HEAD gives the headers of GET and no body", async () => {
  for (const response of [
    await own(key(), { method: "HEAD" }),
    await fetch(signedUrl, { method: "HEAD" }),
  ]) {
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("300000");
    expect(response.headers.get("content-type")).toBe("application/pdf");
    expect(await response.text()).toBe("");
  }
  expect((await own(`${key()}.absent`, { method: "HEAD" })).status).toBe(400);
});

test("an unchanged object is a 304", async () => {
  const first = await own(key());
  await first.arrayBuffer();
  const etag = first.headers.get("etag") ?? "";
  const modified = first.headers.get("last-modified") ?? "";
  const status = async (headers: Record<string, string>) => (await own(key(), { headers })).status;
  expect(await status({ "if-none-match": etag })).toBe(304);
  expect(await status({ "if-none-match": '"other"' })).toBe(200);
  expect(await status({ "if-modified-since": modified })).toBe(304);
  expect(await status({ "if-modified-since": "Thu, 01 Jan 2015 00:00:00 GMT" })).toBe(200);
});

test("HTML is never served as HTML", async () => {
  const page = `${scene.owner.id}/page.html`;
  await files().upload(page, new Blob(["<script>"], { type: "text/html;charset=utf-8" }));
  const { data } = await files().createSignedUrl(page, 60);
  expect((await fetch(data?.signedUrl ?? "")).headers.get("content-type")).toMatch(/^text\/plain/);
});

test("the download name cannot break out of its header", async () => {
  const response = await fetch(`${signedUrl}&download=${encodeURIComponent('a"\r\nx: y; é.pdf')}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("x")).toBeNull();
  expect(response.headers.get("content-disposition")).toBe(
    "attachment; filename=a%22%0D%0Ax%3A%20y%3B%20%C3%A9.pdf; filename*=UTF-8''a%22%0D%0Ax%3A%20y%3B%20%C3%A9.pdf",
  );
  await response.arrayBuffer();
});

test("a reader that goes away half-way leaves the server well", async () => {
  for (let round = 0; round < 5; round++) {
    const response = await own(key());
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
  expect(await sha256Of(await own(key()))).toBe(sha256(bytes));
});

test("what hosted Storage has and this one has not is a 501", async () => {
  const { url, publishable_key } = testStack();
  for (const path of ["upload/resumable", "render/image/public/a/b"]) {
    const response = await fetch(`${url}/storage/v1/${path}`, {
      method: "POST",
      headers: { apikey: publishable_key, authorization: `Bearer ${scene.owner.token}` },
    });
    expect(response.status, path).toBe(501);
  }
});
