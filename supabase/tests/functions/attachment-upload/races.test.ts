import { createHash } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { hostile, jpeg, png } from "../../fixtures/files/samples.ts";
import {
  closeTicket,
  complete,
  hasObject,
  link,
  openTicket,
  overwrite,
  remove,
  sample,
  stateOf,
  sweep,
  upload,
  uploaded,
  usedBytes,
} from "../../support/attachments.ts";
import { sqlOne } from "../../support/database.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const ROUNDS = 12;
let owner: TestUser;

beforeAll(async () => {
  owner = await createUser("agent");
});

/** What has to hold whoever came first: a ready file has its object, all others have none once it is swept. */
async function agree(attachmentId: string, path: string): Promise<string | null> {
  await sweep(path);
  const state = await stateOf(attachmentId);
  expect(await hasObject(path)).toBe(state === "ready");
  return state;
}

it("two completions of a good file agree, and so do two of a bad one", async () => {
  const ticket = await openTicket(owner);
  const bad = hostile.find(({ reason }) => reason === "polyglot");
  for (let round = 0; round < ROUNDS; round++) {
    const isGood = round % 2 === 0;
    const file = isGood
      ? sample("image/png")
      : { name: "x", type: bad?.type ?? "", bytes: bad?.bytes ?? png() };
    const { attachment_id, upload: to } = await uploaded(owner, ticket, file);
    const answers = await Promise.all([1, 2, 3].map(() => complete(owner, attachment_id)));
    const statuses = new Set(answers.map(({ status }) => status));
    // A second one may find the object of a rejected file removed already.
    for (const status of statuses) expect(isGood ? [200] : [422, 409]).toContain(status);
    expect(await agree(attachment_id, to.path)).toBe(isGood ? "ready" : "rejected");
    await remove(owner, attachment_id);
  }
});

it("a completion against a deletion leaves no file behind", async () => {
  const ticket = await openTicket(owner);
  for (let round = 0; round < ROUNDS; round++) {
    const { attachment_id, upload: to } = await uploaded(owner, ticket, sample("image/png"));
    const [completed, removed] = await Promise.all([
      complete(owner, attachment_id),
      remove(owner, attachment_id),
    ]);
    expect(removed.status).toBe(204);
    expect([200, 404, 409, 503]).toContain(completed.status);
    expect(await agree(attachment_id, to.path)).toBe("deleted");
  }
});

it("a completion against the ticket's closing is either in time or refused", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const ticket = await openTicket(owner);
    const { attachment_id, upload: to } = await uploaded(owner, ticket, sample("image/png"));
    const [completed] = await Promise.all([
      complete(owner, attachment_id),
      closeTicket(owner, ticket),
    ]);
    const state = await agree(attachment_id, to.path);
    expect({ status: completed.status, state }).toEqual(
      completed.status === 200
        ? { status: 200, state: "ready" }
        : { status: 409, state: "rejected" },
    );
  }
});

it("completions against late uploads with the same URL never show other bytes", async () => {
  const ticket = await openTicket(owner);
  const { bytes } = sample("image/png");
  for (let round = 0; round < ROUNDS; round++) {
    const answer = await uploaded(owner, ticket, sample("image/png"));
    const [completed] = await Promise.all([
      complete(owner, answer.attachment_id),
      upload(owner, answer, Buffer.alloc(bytes.byteLength, "<")),
      round % 2 === 0 && overwrite(answer.upload.path, Buffer.alloc(bytes.byteLength, ">")),
    ]);
    // Whichever upload was inspected: what became ready is what is served.
    expect([200, 422]).toContain(completed.status);
    if (completed.status === 200) {
      const read = await fetch(await link(owner, answer.attachment_id));
      expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
    }
    await remove(owner, answer.attachment_id);
    await agree(answer.attachment_id, answer.upload.path);
  }
});

it("completions of uploads that are replaced meanwhile agree on one that was inspected", async () => {
  const ticket = await openTicket(owner);
  const [one, two] = [jpeg("one"), jpeg("two")];
  for (let round = 0; round < ROUNDS; round++) {
    const file = { name: "a.jpg", type: "image/jpeg", bytes: one };
    const { attachment_id, upload: to } = await uploaded(owner, ticket, file);
    const answers = await Promise.all([
      complete(owner, attachment_id),
      overwrite(to.path, two),
      complete(owner, attachment_id),
      complete(owner, attachment_id),
    ]);
    const completions = answers.filter((answer) => answer !== undefined);
    expect(completions.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await agree(attachment_id, to.path)).toBe("ready");
    const served = await fetch(await link(owner, attachment_id));
    const { sha256 } = await sqlOne<{ sha256: string }>(
      "select sha256 from public.ticket_attachments where id = $1",
      [attachment_id],
    );
    const bytes = Buffer.from(await served.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    await remove(owner, attachment_id);
  }
});

it("the counter is the sum of the files after all of it", async () => {
  const one = await createUser();
  const ticket = await openTicket(one);
  for (let round = 0; round < ROUNDS; round++) {
    const { attachment_id } = await uploaded(one, ticket, sample("image/png"));
    await Promise.all([
      complete(one, attachment_id),
      complete(one, attachment_id),
      round % 3 === 0 ? remove(one, attachment_id) : remove(one, crypto.randomUUID()),
    ]);
  }
  const { files, log } = await sqlOne<{ files: number; log: number }>(
    `select (select sum(size_bytes)::integer from public.ticket_attachments where uploaded_by = $1 and state in ('pending', 'ready')) as files,
       (select sum(attachment_bytes_change)::integer from public.usage_logs where user_id = $1) as log`,
    [one.id],
  );
  expect({ files, log }).toEqual({ files: await usedBytes(one), log: files });
});
