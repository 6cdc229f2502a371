import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../../supabase/tests/support/database.ts";
import { testStack } from "../../../supabase/tests/support/resources.ts";
import type { Storage, StorageCaller } from "../contract.ts";
import { createStorage } from "../create-storage.ts";
import { createUrlSigner } from "../url-signing.ts";

/** What HTTP cannot show: tokens of the past, and what lies on the disk. The database is the shared one. */
const jwtSecret = randomUUID();
const signer = createUrlSigner(jwtSecret);
const bucket = `storage-test-${randomUUID()}`;
const service: StorageCaller = { role: "service_role", claims: {} };
const visitor: StorageCaller = { role: "anon", claims: {} };
let storage: Storage;
let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "storage-test-"));
  storage = createStorage({
    databaseUrl: testStack().db_url,
    root,
    jwtSecret,
    publicUrl: () => "",
  });
  const made = await send("POST", "/bucket", { body: JSON.stringify({ name: bucket }) });
  expect(made.status).toBe(200);
});

afterAll(async () => {
  await storage.close();
  await rm(root, { recursive: true, force: true });
});

function send(method: string, path: string, init: RequestInit = {}, caller = service) {
  return storage.handle(new Request(`http://storage${path}`, { ...init, method }), caller);
}

const chunkBytes = 64 * 1024;

/** A body of so many chunks, framed as a form's only file when asked. */
async function* chunks(count: number, isForm = false): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes).fill(7);
  const encoder = new TextEncoder();
  if (isForm) {
    yield encoder.encode('--b\r\ncontent-disposition: form-data; name=""; filename="x"\r\n\r\n');
  }
  for (let index = 0; index < count; index++) yield chunk;
  if (isForm) yield encoder.encode("\r\n--b--\r\n");
}

function streamed(source: AsyncGenerator<Uint8Array>, isForm = false) {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const type = isForm ? "multipart/form-data; boundary=b" : "application/octet-stream";
  return { body, duplex: "half" as const, headers: { "content-type": type } };
}

async function versionsOnDisk(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe("signed URLs", () => {
  const seconds = 60;
  const now = new Date();
  const ago = (duration: number) => new Date(now.getTime() - duration * 1000);

  test("a link ends at its second", async () => {
    await send("POST", `/object/${bucket}/expiring`, { body: "x" });
    const url = `${bucket}/expiring`;
    const get = async (issuedAt: Date) => {
      const token = await signer.sign({ scope: "download", url }, seconds, issuedAt);
      const answer = await send("GET", `/object/sign/${url}?token=${token}`, {}, visitor);
      await answer.body?.cancel();
      return answer.status;
    };
    expect(await get(now)).toBe(200);
    expect(await get(ago(seconds - 10))).toBe(200);
    expect(await get(ago(seconds))).toBe(400);
    expect(await get(ago(3600))).toBe(400);

    const token = await signer.sign({ scope: "download", url }, seconds, new Date(1_000_000));
    const last = new Date(1_000_000 + seconds * 1000 - 1);
    expect(await signer.readDownload(token, url, last)).toMatchObject({ url });
    await expect(
      signer.readDownload(token, url, new Date(1_000_000 + seconds * 1000)),
    ).rejects.toMatchObject({ code: "InvalidJWT" });
  });

  test("a signed upload URL lives for two hours", async () => {
    const signed = await send("POST", `/object/upload/sign/${bucket}/late`, { body: "{}" });
    const { token } = await signed.json();
    const { iat, exp } = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    expect(exp - iat).toBe(2 * 60 * 60);
    const url = `${bucket}/late`;
    const old = await signer.sign({ scope: "upload", url, upsert: false }, 7200, ago(7200));
    const put = (value: string) =>
      send("PUT", `/object/upload/sign/${url}?token=${value}`, { body: "x" }, visitor);
    expect((await put(old)).status).toBe(400);
    expect((await put(token)).status).toBe(200);
  });

  test("a token signed with the API's own secret, or unsigned, is no token here", async () => {
    const { SignJWT, UnsecuredJWT } = await import("jose");
    await send("POST", `/object/${bucket}/guarded`, { body: "x" });
    const claims = { scope: "download", url: `${bucket}/guarded` };
    const raw = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(jwtSecret));
    const none = new UnsecuredJWT(claims).setExpirationTime("1h").encode();
    for (const token of [raw, none]) {
      const path = `/object/sign/${bucket}/guarded?token=${token}`;
      expect((await send("GET", path, {}, visitor)).status).toBe(400);
    }
  });
});

test("connections that the database cuts are replaced", async () => {
  const get = async () => (await send("GET", `/bucket/${bucket}`)).status;
  expect(await get()).toBe(200);
  const cut = await sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'storage' and usename = current_user`);
  expect(cut.length).toBeGreaterThan(0);
  await expect.poll(get).toBe(200);
});

describe("bytes on disk", () => {
  const put = (key: string, body: BodyInit, headers = {}) =>
    send("POST", `/object/${bucket}/${key}`, { body, headers });

  test("replaced, removed and refused bytes leave no file behind", async () => {
    const before = (await versionsOnDisk()).length;
    await put("kept/..name", "one");
    await put("kept/..name", "two", { "x-upsert": "true" });
    expect(await versionsOnDisk()).toHaveLength(before + 1);
    await put("kept/..name", "three");
    const large = new Blob([new Uint8Array(51 * 1024 * 1024)]);
    const init: RequestInit & { duplex: "half" } = {
      body: large.stream(),
      duplex: "half",
      headers: { "content-length": String(large.size) },
    };
    const refused = await send("POST", `/object/${bucket}/large`, init);
    expect(await refused.json()).toMatchObject({ statusCode: "413" });
    expect(await versionsOnDisk()).toHaveLength(before + 1);
    await send("POST", "/object/copy", {
      body: JSON.stringify({ bucketId: bucket, sourceKey: "kept/..name", destinationKey: "copy" }),
    });
    expect(await versionsOnDisk()).toHaveLength(before + 2);
    await send("DELETE", `/object/${bucket}`, {
      body: JSON.stringify({ prefixes: ["kept/..name", "copy"] }),
    });
    expect(await versionsOnDisk()).toHaveLength(before);
  });

  test("a slow upload with a signed URL replaces what came meanwhile, as hosted", async () => {
    const signed = await send("POST", `/object/upload/sign/${bucket}/slow`);
    const { url } = await signed.json();
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        // The second chunk is asked for once the first one is kept: the upload was let in.
        if (pulls++ === 0) return controller.enqueue(new Uint8Array(1000));
        await put("slow", "quick");
        controller.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = { body, duplex: "half" };
    expect((await send("PUT", url, init)).status).toBe(200);
    const read = await send("GET", `/object/${bucket}/slow`);
    expect((await read.arrayBuffer()).byteLength).toBe(1000);
    await send("DELETE", `/object/${bucket}/slow`);
    expect((await send("PUT", url, { body: "again" })).status).toBe(200);
    expect((await send("PUT", url, { body: "a third time" })).status).toBe(400);
  });

  test("files are named by their version alone", async () => {
    await put("a/b/c.txt", "x");
    const names = await versionsOnDisk();
    expect(names.every((name) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name))).toBe(
      true,
    );
  });

  test("an upload that breaks off leaves neither row nor file", async () => {
    const before = await versionsOnDisk();
    let chunks = 0;
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (chunks++ < 5) controller.enqueue(new Uint8Array(1000));
        else controller.error(new Error("the client went away"));
      },
    });
    const init: RequestInit & { duplex: "half" } = { body: broken, duplex: "half" };
    expect((await send("POST", `/object/${bucket}/broken`, init)).status).toBeGreaterThanOrEqual(
      400,
    );
    expect((await send("GET", `/object/info/${bucket}/broken`)).status).toBe(400);
    expect(await versionsOnDisk()).toEqual(before);
  });

  test("a form that breaks off behind its file stores nothing", async () => {
    const before = await versionsOnDisk();
    async function* body() {
      for await (const chunk of chunks(1, true))
        yield chunk.byteLength === 9 ? chunk.subarray(0, 5) : chunk;
      yield new TextEncoder().encode("\r\n");
      // The file's last byte is on the disk by now; its row waits for the end of the form.
      while ((await versionsOnDisk()).length === before.length) await setImmediate();
      for (let turn = 0; turn < 100; turn++) await setImmediate();
      throw new Error("the client went away");
    }
    const response = await send("POST", `/object/${bucket}/cut`, streamed(body(), true));
    expect(response.status).toBe(400);
    expect((await send("GET", `/object/info/${bucket}/cut`)).status).toBe(400);
    expect(await versionsOnDisk()).toEqual(before);
  });

  test.each([
    ["bytes by a visitor", "refused", visitor, false],
    ["a form by a visitor", "refused", visitor, true],
    ["bytes for an impossible key", "%C3%A9", service, false],
  ])("%s: refused before a byte is kept, and read to the end all the same", async (...refused) => {
    const [, key, caller, isForm] = refused;
    const before = await versionsOnDisk();
    const seen = new Set<string>();
    let isRead = false;
    async function* watched() {
      for await (const chunk of chunks(40, isForm)) {
        for (const name of await versionsOnDisk()) seen.add(name);
        yield chunk;
      }
      isRead = true;
    }
    const response = await send(
      "POST",
      `/object/${bucket}/${key}`,
      streamed(watched(), isForm),
      caller,
    );
    expect(response.status).toBe(400);
    expect(isRead).toBe(true);
    expect([...seen].sort()).toEqual(before.sort());
  });

  test.each(["raw", "form"])("10 MiB go through in small steps: %s", async (kind) => {
    const isForm = kind === "form";
    const known = new Set(await versionsOnDisk());
    let sent = 0;
    let furthest = 0;
    async function* watched() {
      for await (const chunk of chunks(160, isForm)) {
        const fresh = (await versionsOnDisk()).find((name) => !known.has(name));
        const kept = fresh ? (await stat(join(root, fresh.slice(0, 2), fresh))).size : 0;
        furthest = Math.max(furthest, sent - kept);
        yield chunk;
        sent += chunk.byteLength;
      }
    }
    const rss = process.memoryUsage().rss;
    const path = `${bucket}/large-${kind}`;
    expect((await send("POST", `/object/${path}`, streamed(watched(), isForm))).status).toBe(200);
    console.log(
      `${kind}: at most ${furthest} bytes read but not yet on disk, RSS ${Math.round((process.memoryUsage().rss - rss) / 1024)} KiB more`,
    );
    expect(furthest).toBeLessThan(1024 * 1024);
    expect(await (await send("GET", `/object/info/${path}`)).json()).toMatchObject({
      size: 160 * chunkBytes,
    });
  });
});
