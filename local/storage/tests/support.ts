import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { sql } from "../../../supabase/tests/support/database.ts";
import { createUser, serviceClient, type TestUser } from "../../../supabase/tests/support/users.ts";

export const sha256 = (bytes: ArrayBuffer | Uint8Array) =>
  createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

export const sha256Of = async (blob: Blob | Response) => sha256(await blob.arrayBuffer());

/** Bytes that compress and repeat badly, the same for the same size. */
export function sampleBytes(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = 0x9e3779b9 ^ size;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export interface Scene {
  /** A private bucket in which users may do everything below the folder named by their id, and nothing else. */
  bucket: string;
  owner: TestUser;
  other: TestUser;
}

/** Makes the scene once for a file, and takes its policies away again. */
export function stage(
  settings: { fileSizeLimit?: number; allowedMimeTypes?: string[] } = {},
): Scene {
  const bucket = `storage-test-${randomUUID()}`;
  const verbs = ["select", "insert", "update", "delete"];
  const policy = (verb: string) => `"${bucket} ${verb}"`;
  const scene = { bucket } as Scene;
  beforeAll(async () => {
    const { error } = await serviceClient().storage.createBucket(bucket, {
      public: false,
      ...settings,
    });
    if (error) throw error;
    for (const verb of verbs) {
      const own = `bucket_id = '${bucket}' and (storage.foldername(name))[1] = (select auth.uid())::text`;
      await sql(`create policy ${policy(verb)} on storage.objects for ${verb} to authenticated
        ${verb === "insert" ? "with check" : "using"} (${own})`);
    }
    [scene.owner, scene.other] = [await createUser(), await createUser()];
  });
  afterAll(async () => {
    for (const verb of verbs) await sql(`drop policy ${policy(verb)} on storage.objects`);
  });
  return scene;
}
