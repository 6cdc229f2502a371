import { beforeAll, describe, expect, it } from "vitest";
import { png } from "../../fixtures/files/samples.ts";
import {
  announced,
  attach,
  closeTicket,
  complete,
  openTicket,
  openTicketAmongPeople,
  readLink,
  refused,
  remove,
  sample,
  stateOf,
  type TestFile,
  upload,
  uploaded,
} from "../../support/attachments.ts";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import type { TestUser } from "../../support/users.ts";

let owner: TestUser;
let other: TestUser;
let agent: TestUser;
let teacher: TestUser;
let ticket: string;

beforeAll(async () => {
  ({ owner, other, agent, teacher, ticket } = await openTicketAmongPeople());
});

describe("a completion", () => {
  it("before the upload is refused, and good after it", async () => {
    const answer = await announced(owner, ticket, sample("image/png"));
    const early = await complete(owner, answer.attachment_id);
    expect(await refused(early)).toEqual({ status: 409, code: "attachment_not_uploaded" });
    await upload(owner, answer, png());
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
  });

  it("twice is once", async () => {
    const { attachment_id } = await attach(owner, ticket, sample("image/png"));
    const again = await complete(owner, attachment_id);
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ attachment_id, state: "ready" });
  });

  it("by somebody else finds nothing, before and after", async () => {
    const { attachment_id } = await uploaded(owner, ticket, sample("image/png"));
    const absent = { status: 404, code: "not_found" };
    for (const user of [other, agent, teacher]) {
      expect(await refused(await complete(user, attachment_id))).toEqual(absent);
    }
    expect(await stateOf(attachment_id)).toBe("pending");
    await complete(owner, attachment_id);
    expect(await refused(await complete(agent, attachment_id))).toEqual(absent);
  });

  it("after the ticket was closed is refused, and nothing of the file stays", async () => {
    const own = await openTicket(owner);
    const answer = await uploaded(owner, own, sample("image/png"));
    await closeTicket(owner, own);
    const response = await complete(owner, answer.attachment_id);
    expect(await refused(response)).toEqual({ status: 409, code: "ticket_closed" });
    expect(await stateOf(answer.attachment_id)).toBe("rejected");
  });

  it.each(["x", "00000000-0000-4000-8000-000000000000"])("of %s finds nothing", async (id) => {
    expect((await complete(owner, id)).status).toBe(404);
  });
});

describe("reading and deleting", () => {
  it("is for people of the ticket", async () => {
    const { attachment_id } = await attach(owner, ticket, sample("application/pdf"));
    for (const user of [owner, agent])
      expect((await readLink(user, attachment_id)).status).toBe(200);
    for (const user of [other, teacher]) {
      expect((await readLink(user, attachment_id)).status).toBe(404);
      expect((await remove(user, attachment_id)).status).toBe(404);
    }
    expect((await callFunction(`attachment-upload/${attachment_id}`)).status).toBe(401);
  });

  it("of a file that is not there finds nothing, whoever asks", async () => {
    for (const user of [owner, agent]) {
      expect((await readLink(user, crypto.randomUUID())).status).toBe(404);
      expect((await remove(user, crypto.randomUUID())).status).toBe(404);
    }
  });

  it("leaves what staff have not sent to staff", async () => {
    const { attachment_id } = await attach(agent, ticket, sample("image/png"));
    expect((await readLink(owner, attachment_id)).status).toBe(404);
    expect((await remove(owner, attachment_id)).status).toBe(404);
    await sql("update public.ticket_attachments set is_internal = false where id = $1", [
      attachment_id,
    ]);
    expect((await readLink(owner, attachment_id)).status).toBe(200);
    const response = await remove(owner, attachment_id);
    expect(await refused(response)).toEqual({ status: 403, code: "forbidden" });
  });

  it("answers other methods with what there is", async () => {
    const response = await callFunction("attachment-upload", { user: owner });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
  });
});

describe("direct calls to Storage with a user's own token", () => {
  const attempts = async (user: TestUser, path: string) => {
    const bucket = user.client.storage.from("ticket-attachments");
    const [folder = ""] = path.split("/");
    const [read, signed, many, list, info, put, changed, removed, copied, moved, announced] =
      await Promise.all([
        bucket.download(path),
        bucket.createSignedUrl(path, 60),
        bucket.createSignedUrls([path], 60),
        bucket.list(folder),
        bucket.info(path),
        bucket.upload(`${folder}/x/y.png`, png()),
        bucket.update(path, png()),
        bucket.remove([path]),
        bucket.copy(path, `${path}.png`),
        bucket.move(path, `${path}.png`),
        bucket.createSignedUploadUrl(`${folder}/x/y.png`),
      ]);
    return {
      done: [read, signed, info, put, changed, copied, moved, announced].filter(({ data }) => data),
      links: (many.data ?? []).filter(({ signedUrl }) => signedUrl),
      listed: list.data ?? [],
      removed: removed.data ?? [],
    };
  };
  const nothing = { done: [], links: [], listed: [], removed: [] };
  const file: TestFile = { name: "a.png", type: "image/png", bytes: png().subarray(0, -1) };

  it("reach no pending, rejected or ready file", async () => {
    const own = await openTicket(owner);
    const pending = await uploaded(owner, own, sample("image/png"));
    const ready = await attach(owner, own, sample("image/png"));
    const rejected = await uploaded(owner, own, file);
    await complete(owner, rejected.attachment_id);
    await upload(owner, rejected, png());
    for (const { upload: at } of [pending, ready, rejected]) {
      for (const user of [owner, other, agent]) {
        expect(await attempts(user, at.path)).toEqual(nothing);
      }
    }
  });

  it("do not read with an upload's token", async () => {
    const answer = await uploaded(owner, ticket, sample("image/png"));
    const url = answer.upload.url.replace("/object/upload/sign/", "/object/sign/");
    expect((await fetch(url)).status).toBe(400);
  });
});
