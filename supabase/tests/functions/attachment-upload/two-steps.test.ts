import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { good, jpeg, pdf, png } from "../../fixtures/files/samples.ts";
import {
  announced,
  attach,
  complete,
  hasObject,
  link,
  objectsOf,
  openTicket,
  overwrite,
  readLink,
  sample,
  servedFrom,
  stateOf,
  sweep,
  upload,
  uploaded,
} from "../../support/attachments.ts";
import { sqlOne } from "../../support/database.ts";
import { createUser, type TestUser } from "../../support/users.ts";

let owner: TestUser;
let ticket: string;

beforeAll(async () => {
  owner = await createUser();
  ticket = await openTicket(owner);
});

const objectType = async (path: string) =>
  (
    await sqlOne<{ type: string }>(
      "select metadata ->> 'mimetype' as type from storage.objects where bucket_id = 'ticket-attachments' and name = $1",
      [servedFrom(path)],
    )
  ).type;

describe("a file in two steps", () => {
  const bodies: [string, (bytes: Buffer) => Blob | Uint8Array, string?][] = [
    ["a Blob", (bytes) => new Blob([new Uint8Array(bytes)])],
    ["a Blob with a type", (bytes) => new Blob([new Uint8Array(bytes)], { type: "text/html" })],
    ["a File", (bytes) => new File([new Uint8Array(bytes)], "x.html", { type: "text/html" })],
    ["bytes", (bytes) => bytes],
    ["bytes with a type", (bytes) => bytes, "text/html"],
  ];
  it.each(bodies)("uploaded as %s is what it was", async (_, body, type) => {
    const file = sample("image/png");
    const bytes = png();
    const answer = await announced(owner, ticket, file);
    expect((await upload(owner, answer, body(bytes), type)).error).toBeNull();
    const response = await complete(owner, answer.attachment_id);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      attachment_id: answer.attachment_id,
      file_name: "screen.png",
      content_type: "image/png",
      size_bytes: bytes.byteLength,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      state: "ready",
    });
    const read = await fetch(await link(owner, answer.attachment_id));
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
    expect(read.headers.get("content-type")).toBe("image/png");
  });

  it.each(Object.keys(good))("may be %s", async (type) => {
    const own = await openTicket(owner);
    const answer = await uploaded(owner, own, sample(type));
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
    const isImage = type.startsWith("image/");
    expect(await objectType(answer.upload.path)).toBe(isImage ? type : "application/octet-stream");
  });

  it("is announced with a path of its own and a URL that lives two hours", async () => {
    const { attachment_id, upload: to } = await announced(owner, ticket, sample("image/png"));
    expect(to.path).toBe(`inbox/${ticket}/${attachment_id}/screen.png`);
    expect(to.url).toContain(`/storage/v1/object/upload/sign/ticket-attachments/${to.path}?token=`);
    const { exp = 0 } = decodeJwt(to.token);
    expect(Date.parse(to.expires_at) / 1000).toBe(exp);
    expect(Math.abs(exp - Date.now() / 1000 - 7200)).toBeLessThan(60);
  });

  it("may be uploaded to the URL without storage-js", async () => {
    const file = sample("text/csv");
    const answer = await announced(owner, ticket, file);
    const put = await fetch(answer.upload.url, { method: "PUT", body: new Uint8Array(file.bytes) });
    expect(put.status).toBe(200);
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
  });

  it("may have 10 MiB", async () => {
    const bytes = Buffer.alloc(10 * 1024 * 1024, "a line of a log\n");
    const file = { name: "big.log", type: "text/plain", bytes };
    const answer = await uploaded(owner, await openTicket(owner), file);
    const response = await complete(owner, answer.attachment_id);
    expect(await response.json()).toMatchObject({
      size_bytes: 10_485_760,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    });
  });

  it("is served as it was inspected, whatever is written later where it was uploaded", async () => {
    const file = { name: "a.jpg", type: "image/jpeg", bytes: jpeg() };
    const answer = await uploaded(owner, ticket, file);
    expect((await upload(owner, answer, png())).error).not.toBeNull();
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
    const { path } = answer.upload;
    expect(await objectsOf(path)).toEqual([servedFrom(path)]);
    const before = await link(owner, answer.attachment_id);

    const svg = Buffer.from(
      "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    );
    expect((await upload(owner, answer, svg, "image/svg+xml")).error).toBeNull();
    await overwrite(path, svg, "image/svg+xml");
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
    for (const url of [before, await link(owner, answer.attachment_id)]) {
      const read = await fetch(url);
      expect(read.headers.get("content-type")).toBe("image/jpeg");
      expect(Buffer.from(await read.arrayBuffer()).equals(jpeg())).toBe(true);
    }
    await sweep(path);
    expect(await objectsOf(path)).toEqual([servedFrom(path)]);
    expect(await stateOf(answer.attachment_id)).toBe("ready");
  });

  it("is retired when somebody with the secret key replaces what was inspected", async () => {
    const answer = await attach(owner, ticket, sample("image/png"));
    await overwrite(servedFrom(answer.upload.path), sample("image/png").bytes, "image/png");
    await sweep(answer.upload.path);
    expect(await stateOf(answer.attachment_id)).toBe("deleted");
    expect(await objectsOf(answer.upload.path)).toEqual([]);
  });

  it("becomes ready at the second attempt when the first one ended after it stored the file", async () => {
    const answer = await uploaded(owner, ticket, sample("image/png"));
    await overwrite(servedFrom(answer.upload.path), sample("image/png").bytes, "image/png");
    expect((await complete(owner, answer.attachment_id)).status).toBe(200);
    await sweep(answer.upload.path);
    expect(await stateOf(answer.attachment_id)).toBe("ready");
  });

  it("is not readable before it is complete", async () => {
    const answer = await uploaded(owner, ticket, sample("image/png"));
    expect(await hasObject(answer.upload.path)).toBe(true);
    const response = await readLink(owner, answer.attachment_id);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: "attachment_pending" });
  });
});

describe("a link", () => {
  it("says when it ends, which its token says too", async () => {
    const answer = await uploaded(owner, ticket, sample("image/png"));
    await complete(owner, answer.attachment_id);
    const response = await readLink(owner, answer.attachment_id);
    const { url, expires_at } = await response.json();
    const { exp = 0 } = decodeJwt(new URL(url).searchParams.get("token") ?? "");
    expect(Date.parse(expires_at) / 1000).toBe(exp);
    expect(Math.abs(exp - Date.now() / 1000 - 300)).toBeLessThan(60);
  });

  it("is bound to its object and cannot be stretched", async () => {
    const one = await uploaded(owner, ticket, sample("image/png"));
    await complete(owner, one.attachment_id);
    const other = await uploaded(owner, ticket, sample("image/gif"));
    const url = await link(owner, one.attachment_id);
    await complete(owner, other.attachment_id);
    const [ours, theirs] = [one, other].map(({ upload: to }) => servedFrom(to.path));
    const stolen = await fetch(url.replace(ours ?? "", theirs ?? ""));
    expect(stolen.status).toBe(400);
    const [head = "", , signature = ""] = (new URL(url).searchParams.get("token") ?? "").split(".");
    const claims = {
      ...decodeJwt(new URL(url).searchParams.get("token") ?? ""),
      exp: 4_000_000_000,
    };
    const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const stretched = new URL(url);
    stretched.searchParams.set("token", [head, payload, signature].join("."));
    expect((await fetch(stretched)).status).toBe(400);
  });

  it("to what is no image downloads under its name, and never renders, whatever is added to it", async () => {
    const file = { name: "Rechnung März.pdf", type: "application/pdf", bytes: pdf() };
    const answer = await uploaded(owner, ticket, file);
    await complete(owner, answer.attachment_id);
    const url = await link(owner, answer.attachment_id);
    const plain = await fetch(url);
    expect(plain.headers.get("content-disposition")).toContain("attachment");
    expect(plain.headers.get("content-disposition")).toContain("Rechnung%20M%C3%A4rz.pdf");
    const without = new URL(url);
    without.searchParams.delete("download");
    const queries = [
      "",
      "download=",
      "download=a.html",
      "content-type=text/html",
      "response-content-type=text/html",
      "response-content-disposition=inline",
    ];
    for (const query of queries) {
      const read = await fetch(query === "" ? without : `${without}&${query}`);
      expect(read.headers.get("content-type"), query).toBe("application/octet-stream");
    }
  });

  it("to an image shows it in place", async () => {
    const answer = await uploaded(owner, ticket, sample("image/gif"));
    await complete(owner, answer.attachment_id);
    const read = await fetch(await link(owner, answer.attachment_id));
    expect(read.headers.get("content-disposition")).toBeNull();
    expect(read.headers.get("content-type")).toBe("image/gif");
  });
});
