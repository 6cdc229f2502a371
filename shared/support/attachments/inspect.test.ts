import { createHash } from "node:crypto";
import { fileTypeFromBuffer } from "file-type";
import { describe, expect, it } from "vitest";
import { good, hostile, jpeg, png } from "../../../supabase/tests/fixtures/files/samples.ts";
import { office, SHEET, WORD, zip } from "../../../supabase/tests/fixtures/files/zip.ts";
import { acceptedContentType, typeOf } from "./accepted-types.ts";
import { FileInspection, inspecting } from "./inspect.ts";

async function inspect(
  type: string,
  bytes: Uint8Array,
  options: { size?: number; step?: number } = {},
) {
  const { size = bytes.byteLength, step = 64 * 1024 } = options;
  const inspection = new FileInspection(acceptedContentType(type), size);
  for (let at = 0; at < bytes.byteLength; at += step)
    inspection.push(bytes.subarray(at, at + step));
  return await inspection.finish();
}

describe("an inspection accepts", () => {
  it.each(Object.entries(good))(
    "a good %s, in one piece or byte by byte",
    async (type, { bytes }) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      expect(await inspect(type, bytes)).toEqual({ sha256, rejection: null });
      expect(await inspect(type, bytes, { step: 1 })).toEqual({ sha256, rejection: null });
    },
  );

  it.each(Object.entries(good).filter(([type]) => typeOf(acceptedContentType(type)).signature))(
    "what an independent library takes for %s as well",
    async (type, { bytes }) => {
      const known = await fileTypeFromBuffer(bytes);
      const mime = typeOf(acceptedContentType(type)).family === "cfb" ? "application/x-cfb" : type;
      expect(known?.mime).toBe(mime);
    },
  );

  it.each([{ isStreamed: true }, { isStored: true }, {}])(
    "an office file written as %j",
    async (how) => {
      const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
      expect((await inspect(word, office(WORD, how))).rejection).toBeNull();
      expect((await inspect(word, office(WORD, how), { step: 7 })).rejection).toBeNull();
    },
  );

  it("an office file whose content types come last and behind a decoy", async () => {
    const sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    const bytes = zip([
      { name: "xl/embedded.docx", content: office(WORD), isStored: true },
      { name: "xl/noise.bin", content: Buffer.alloc(300_000, "PK"), isStored: true },
      { name: "[Content_Types].xml", content: `<Types><Override ContentType="${SHEET}"/></Types>` },
    ]);
    const decoy = await inspect(sheet, bytes);
    // The first local header stands at offset 0, the embedded document's begins in the first KiB: the same type, no polyglot.
    expect(decoy.rejection).toBeNull();
  });

  it("a JPEG with a preview inside, which has its own signature", async () => {
    const bytes = Buffer.concat([jpeg().subarray(0, 20), jpeg("thumbnail"), jpeg().subarray(20)]);
    expect((await inspect("image/jpeg", bytes)).rejection).toBeNull();
  });

  it("a ZIP with a comment", async () => {
    const bytes = zip([{ name: "a", content: "b" }], "made by hand");
    expect((await inspect("application/zip", bytes)).rejection).toBeNull();
  });

  it("a text with a byte order mark and a tag further on", async () => {
    const bytes = Buffer.from("\ufeffI clicked <script> and saw <html>");
    expect((await inspect("text/plain", bytes)).rejection).toBeNull();
  });
});

describe("an inspection rejects", () => {
  it.each(hostile)("$what: $reason", async ({ type, bytes, reason }) => {
    expect((await inspect(type, bytes)).rejection).toBe(reason);
    expect((await inspect(type, bytes, { step: 3 })).rejection).toBe(reason);
  });

  it.each([-1, 1])("a file whose size is off by %i", async (by) => {
    const bytes = png();
    expect((await inspect("image/png", bytes, { size: bytes.byteLength + by })).rejection).toBe(
      "size_mismatch",
    );
  });

  it("an office file whose content types unpack to more than anybody needs", async () => {
    const bomb = zip([{ name: "[Content_Types].xml", content: WORD + " ".repeat(8_000_000) }]);
    const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    expect((await inspect(word, bomb)).rejection).toBe("not_office");
  });

  it("an image with a ZIP's end record far from its end, as unpackers find it", async () => {
    const bytes = Buffer.concat([
      jpeg(),
      Buffer.alloc(2000),
      zip([{ name: "a", content: "b" }]),
      Buffer.alloc(60_000),
      Buffer.from("ffd9", "hex"),
    ]);
    expect((await inspect("image/jpeg", bytes)).rejection).toBe("polyglot");
  });
});

describe("a file that passes through an inspection", () => {
  const pass = async (bytes: Uint8Array, size: number) => {
    const passage = inspecting(new FileInspection("image/png", size));
    const source = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(passage.stream);
    const arrived = await new Response(source).arrayBuffer().then(
      (buffer) => Buffer.from(buffer),
      () => null,
    );
    return { arrived, rejection: passage.inspected()?.rejection };
  };

  it("arrives unchanged when it is good", async () => {
    const bytes = png();
    expect(await pass(bytes, bytes.byteLength)).toEqual({ arrived: bytes, rejection: null });
  });

  it("never arrives whole when it is not", async () => {
    const bytes = png().subarray(0, -1);
    expect(await pass(bytes, bytes.byteLength)).toEqual({ arrived: null, rejection: "incomplete" });
    expect(await pass(png(), 10)).toEqual({ arrived: null, rejection: "size_mismatch" });
  });
});
