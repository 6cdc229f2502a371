import { beforeAll, describe, expect, it } from "vitest";
import { hostile, png } from "../../fixtures/files/samples.ts";
import {
  age,
  announced,
  complete,
  hasObject,
  openTicket,
  readLink,
  remove,
  stateOf,
  sweep,
  upload,
  uploaded,
  usedBytes,
} from "../../support/attachments.ts";
import { sql } from "../../support/database.ts";
import { createUser, type TestUser } from "../../support/users.ts";

let owner: TestUser;
let ticket: string;

beforeAll(async () => {
  owner = await createUser();
  ticket = await openTicket(owner);
});

const bad = () => ({ name: "x.png", type: "image/png", bytes: png().subarray(0, -1) });

describe("a file that is not what it says", () => {
  it.each(hostile)("is refused: $what", async ({ type, bytes, reason }) => {
    const answer = await uploaded(owner, ticket, { name: "file", type, bytes });
    const response = await complete(owner, answer.attachment_id);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "attachment_rejected",
      details: { reason },
    });
    expect(await stateOf(answer.attachment_id)).toBe("rejected");
    expect(await hasObject(answer.upload.path)).toBe(false);
  });

  it("has no link, for its uploader neither, and stays refused", async () => {
    const answer = await uploaded(owner, ticket, bad());
    await complete(owner, answer.attachment_id);
    expect((await readLink(owner, answer.attachment_id)).status).toBe(404);
    const again = await complete(owner, answer.attachment_id);
    expect(again.status).toBe(422);
    expect(await again.json()).toMatchObject({ details: { reason: "incomplete" } });
    expect((await remove(owner, answer.attachment_id)).status).toBe(204);
    expect(await stateOf(answer.attachment_id)).toBe("rejected");
  });

  it("gives its bytes and its place back", async () => {
    const one = await createUser();
    const answer = await uploaded(one, await openTicket(one), bad());
    expect(await usedBytes(one)).toBe(bad().bytes.byteLength);
    await complete(one, answer.attachment_id);
    expect(await usedBytes(one)).toBe(0);
  });

  it("is not mended by another upload with the same URL, which is swept", async () => {
    const answer = await uploaded(owner, ticket, bad());
    await complete(owner, answer.attachment_id);
    expect((await upload(owner, answer, png())).error).toBeNull();
    expect((await complete(owner, answer.attachment_id)).status).toBe(422);
    expect((await readLink(owner, answer.attachment_id)).status).toBe(404);
    await sweep(answer.upload.path);
    expect(await hasObject(answer.upload.path)).toBe(false);
    expect(await stateOf(answer.attachment_id)).toBe("rejected");
  });

  it("is forgotten after three hours, with whatever came 90 minutes after its refusal", async () => {
    const answer = await uploaded(owner, ticket, bad());
    await complete(owner, answer.attachment_id);
    await age(answer.attachment_id, "90 minutes");
    await sweep(answer.upload.path);
    expect(await stateOf(answer.attachment_id)).toBe("rejected");
    expect((await upload(owner, answer, png())).error).toBeNull();
    await age(answer.attachment_id, "3 hours");
    await sweep(answer.upload.path);
    expect(await stateOf(answer.attachment_id)).toBeNull();
    expect(await hasObject(answer.upload.path)).toBe(false);
  });
});

describe("sizes", () => {
  it.each([
    ["more", 1],
    ["less", -1],
  ])("are what was declared: %s is refused", async (_, by) => {
    const bytes = png();
    const file = { name: "a.png", type: "image/png", bytes };
    const answer = await announced(owner, ticket, file, bytes.byteLength + by);
    await upload(owner, answer, bytes);
    const response = await complete(owner, answer.attachment_id);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ details: { reason: "size_mismatch" } });
    expect(await hasObject(answer.upload.path)).toBe(false);
  });

  it("without a declared length pass Storage, and the sweep takes what is larger than announced", async () => {
    const file = { name: "a.txt", type: "text/plain", bytes: Buffer.from("a") };
    const large = await announced(owner, ticket, file, 10);
    const body = new Blob([Buffer.alloc(10 * 1024 * 1024 + 1, "a")]).stream();
    const init: RequestInit & { duplex: "half" } = { method: "PUT", body, duplex: "half" };
    const put = await fetch(large.upload.url, init);
    expect(put.status).toBe(200);
    await sweep(large.upload.path);
    expect(await hasObject(large.upload.path)).toBe(false);
    expect((await complete(owner, large.attachment_id)).status).toBe(409);
    await remove(owner, large.attachment_id);
  });

  it("beyond 10 MiB Storage itself refuses, and so does it no byte at all being anything", async () => {
    const file = { name: "a.txt", type: "text/plain", bytes: Buffer.from("a") };
    const large = await announced(owner, ticket, file, 10 * 1024 * 1024);
    const { error } = await upload(owner, large, Buffer.alloc(10 * 1024 * 1024 + 1, "a"));
    expect(error).not.toBeNull();
    expect(await hasObject(large.upload.path)).toBe(false);
    await remove(owner, large.attachment_id);

    const empty = await announced(owner, ticket, file);
    await upload(owner, empty, new Uint8Array(0));
    expect((await complete(owner, empty.attachment_id)).status).toBe(422);
  });
});

it("an upload that nobody completes ends after three hours", async () => {
  const one = await createUser();
  const answer = await uploaded(one, await openTicket(one), bad());
  await age(answer.attachment_id, "3 hours");
  await sweep(answer.upload.path);
  expect(await stateOf(answer.attachment_id)).toBeNull();
  expect(await hasObject(answer.upload.path)).toBe(false);
  expect(await usedBytes(one)).toBe(0);
  expect((await complete(one, answer.attachment_id)).status).toBe(404);
  expect((await upload(one, answer, png())).error).toBeNull();
  await sweep(answer.upload.path);
  expect(await hasObject(answer.upload.path)).toBe(false);
});

it("rejected rows carry their reason and nothing readable", async () => {
  const rows = await sql(
    "select from public.ticket_attachments where ticket_id = $1 and state = 'rejected' and (rejection_reason is null or sha256 is not null)",
    [ticket],
  );
  expect(rows).toEqual([]);
});
