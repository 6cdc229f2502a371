import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { good, hostile, png } from "../../fixtures/files/samples.ts";
import { hasObject, link, openTicket, usedBytes } from "../../support/attachments.ts";
import { sql, sqlOne } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";

let owner: TestUser;
let ticket: string;

beforeAll(async () => {
  // Staff open as many tickets a day as they like; to their own they are customers.
  owner = await createUser("agent");
  ticket = await openTicket(owner);
});

function send(fields: Record<string, string | File>, user = owner): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return callFunction("attachment-upload", { method: "POST", user, body });
}

const fileOf = (bytes: Uint8Array, type: string, name = "file") =>
  new File([new Uint8Array(bytes)], name, { type });

const refused = async (response: Response) => ({
  status: response.status,
  code: (await response.json()).code,
});

describe("a file in one request", () => {
  it.each(Object.entries(good))("may be %s", async (type, { name, bytes }) => {
    const own = await openTicket(owner);
    const response = await send({ ticket_id: own, file: fileOf(bytes, type, name) });
    expect(response.status).toBe(201);
    const answer = await response.json();
    expect(answer).toEqual({
      attachment_id: answer.attachment_id,
      file_name: name,
      content_type: type,
      size_bytes: bytes.byteLength,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      state: "ready",
    });
    const read = await fetch(await link(owner, answer.attachment_id));
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it("may have 6 MiB, and not a byte more", async () => {
    const own = await openTicket(owner);
    const bytes = Buffer.alloc(6 * 1024 * 1024 + 1, "a line of a log\n");
    const fits = await send({ ticket_id: own, file: fileOf(bytes.subarray(1), "text/plain") });
    expect(fits.status).toBe(201);
    const large = await send({ ticket_id: own, file: fileOf(bytes, "text/plain") });
    expect(await refused(large)).toEqual({ status: 413, code: "payload_too_large" });
    const huge = Buffer.alloc(8 * 1024 * 1024, "a");
    const refusal = await send({ ticket_id: own, file: fileOf(huge, "text/plain") });
    expect(await refused(refusal)).toEqual({ status: 413, code: "payload_too_large" });
  });

  it.each(hostile)("is refused: $what", async ({ type, bytes, reason }) => {
    const one = await openTicket(owner);
    const response = await send({ ticket_id: one, file: fileOf(bytes, type) });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "attachment_rejected",
      details: { reason },
    });
    const row = await sqlOne<{ state: string; path: string }>(
      "select state::text, path from public.ticket_attachments where ticket_id = $1",
      [one],
    );
    expect(row.state).toBe("rejected");
    expect(await hasObject(row.path)).toBe(false);
  });

  it("of a type that is not accepted is 415, and so is one without a type", async () => {
    for (const type of ["image/svg+xml", "text/html", ""]) {
      const response = await send({ ticket_id: ticket, file: fileOf(png(), type) });
      expect(await refused(response)).toEqual({ status: 415, code: "attachment_type_refused" });
    }
  });

  it.each([
    ["Rechnung; Kopie.txt", "Rechnung; Kopie.txt"],
    ["id=5.txt", "id=5.txt"],
    ['the "final" one.txt', "the _final_ one.txt"],
    ["C:\\Users\\Ana\\new.txt", "new.txt"],
  ])("that is called %j keeps its name: %j", async (given, fileName) => {
    const own = await openTicket(owner);
    const file = fileOf(Buffer.from("x"), "text/plain", given);
    expect(await (await send({ ticket_id: own, file })).json()).toMatchObject({
      file_name: fileName,
    });
  });

  it("that comes with a second one is refused, and neither is kept", async () => {
    const body = new FormData();
    body.append("ticket_id", ticket);
    for (const name of ["one.txt", "two.txt"]) {
      body.append("file", fileOf(Buffer.from(name), "text/plain", name));
    }
    const response = await callFunction("attachment-upload", { method: "POST", user: owner, body });
    expect(await refused(response)).toEqual({ status: 422, code: "invalid_input" });
    expect(
      await sql("select from public.ticket_attachments where ticket_id = $1", [ticket]),
    ).toEqual([]);
  });

  it("is missing, empty, or something else: 422, and nothing is written", async () => {
    const file = fileOf(png(), "image/png");
    const fields: Record<string, string | File>[] = [
      { ticket_id: ticket },
      { file },
      { ticket_id: "x", file },
      { ticket_id: ticket, file: "text" },
      { ticket_id: ticket, file: fileOf(Buffer.alloc(0), "image/png") },
      { ticket_id: ticket, file, more: "x" },
      { ticket_id: ticket, files: file },
    ];
    for (const one of fields) {
      expect(await refused(await send(one))).toEqual({ status: 422, code: "invalid_input" });
    }
    expect(
      await sql("select from public.ticket_attachments where ticket_id = $1", [ticket]),
    ).toEqual([]);
  });

  it("that is no form is 400, and nothing is written", async () => {
    const response = await callFunction("attachment-upload", {
      method: "POST",
      user: owner,
      headers: { "content-type": "multipart/form-data" },
      body: "no part of a form",
    });
    expect(await refused(response)).toEqual({ status: 400, code: "invalid_form" });
  });

  it("in somebody else's ticket finds no ticket, and takes nothing", async () => {
    const other = await createUser();
    const response = await send({ ticket_id: ticket, file: fileOf(png(), "image/png") }, other);
    expect(await refused(response)).toEqual({ status: 404, code: "ticket_not_found" });
    expect(await usedBytes(other)).toBe(0);
  });
});
