import { createHash } from "node:crypto";
import { fileTypeFromBuffer } from "file-type";
import { describe, expect, it } from "vitest";
import {
  gif,
  good,
  hostile,
  jpeg,
  pdf,
  png,
  webp,
} from "../../../supabase/tests/fixtures/files/samples.ts";
import { asZip64, office, SHEET, WORD, zip } from "../../../supabase/tests/fixtures/files/zip.ts";
import { acceptedContentType, typeOf } from "./accepted-types.ts";
import { FileInspection, inspecting } from "./inspect.ts";

const WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

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
      expect((await inspect(WORD_TYPE, office(WORD, how))).rejection).toBeNull();
      expect((await inspect(WORD_TYPE, office(WORD, how), { step: 7 })).rejection).toBeNull();
    },
  );

  it("an office file whose content types come last and behind those of other files", async () => {
    const inner = Array.from({ length: 6 }, (_, index) => ({
      name: `xl/embedded${index}.docx`,
      content: office(WORD),
      isStored: true,
    }));
    const bytes = zip([
      ...inner,
      { name: "xl/noise.bin", content: Buffer.alloc(300_000, "PK"), isStored: true },
      { name: "[Content_Types].xml", content: `<Types><Override ContentType="${SHEET}"/></Types>` },
    ]);
    expect((await inspect(SHEET_TYPE, bytes)).rejection).toBeNull();
  });

  const image = jpeg();
  const preview = Buffer.concat([Buffer.from("ffe1", "hex"), Buffer.alloc(2), jpeg("preview")]);
  preview.writeUInt16BE(preview.byteLength - 2, 2);
  const stored = (content: Uint8Array, name = "a") => zip([{ name, content, isStored: true }]);
  const withFile = pdf(`1 0 obj<<>>stream\n${stored(image).toString("latin1")}\nendstream endobj`);
  it.each([
    ["a JPEG with a preview", "image/jpeg", [image.subarray(0, 20), preview, image.subarray(20)]],
    ["a JPEG with a second picture and a film", "image/jpeg", [image, jpeg(), "ftypmp42 moov"]],
    ["a JPEG with a line break", "image/jpeg", [image, "\n"]],
    ["a PNG with a line break", "image/png", [png(), "\r\n"]],
    ["a GIF with padding", "image/gif", [gif(), Buffer.alloc(9)]],
    ["a WebP with padding", "image/webp", [webp(), Buffer.alloc(1)]],
    ["a PDF that begins with a picture", "application/pdf", [pdf(image.toString("latin1"))]],
    ["a PDF with an attached archive", "application/pdf", [withFile]],
    ["a PDF behind a byte order mark", "application/pdf", ["\ufeff\r\n", pdf()]],
    ["a PDF with much padding", "application/pdf", [pdf(), Buffer.alloc(3000)]],
    ["a ZIP of a stored picture", "application/zip", [stored(image)]],
    ["a ZIP of a stored PDF", "application/zip", [stored(pdf())]],
    ["a ZIP with a line break", "application/zip", [stored(image), "\r\n"]],
    ["a ZIP64", "application/zip", [asZip64(stored(image))]],
    ["a DOCX as ZIP64", WORD_TYPE, [asZip64(office(WORD))]],
    [
      "a DOCX with a stored picture",
      WORD_TYPE,
      [office(WORD, {}, [{ name: "t", content: image }])],
    ],
    ["a text that tells of a PDF", "text/plain", ["expected %PDF- at offset 0\n", pdf()]],
    ["a table that begins GIF89a", "text/csv", ["GIF89a;gif\n"]],
    ["XML that tells of a page", "text/plain", ["<?xml version='1.0'?><log>the <html> tag</log>"]],
  ])("%s", async (_, type, parts) => {
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part)));
    expect((await inspect(type, bytes)).rejection).toBeNull();
    expect((await inspect(type, bytes, { step: 5 })).rejection).toBeNull();
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
    expect((await inspect(WORD_TYPE, bomb)).rejection).toBe("not_office");
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

describe("a declared type", () => {
  it.each([
    ["application/vnd.ms-excel", "report.csv", "text/csv"],
    ["application/vnd.ms-excel", "report.xls", "application/vnd.ms-excel"],
    ["application/octet-stream", "report.CSV", "text/csv"],
    ["application/octet-stream", "photo.jfif", "image/jpeg"],
    ["text/comma-separated-values", "report.csv", "text/csv"],
    ["text/plain; charset=utf-8", "report.csv", "text/csv"],
    ["text/x-log", "app.log", "text/plain"],
    ["application/x-zip-compressed", "letter.docx", WORD_TYPE],
    ["image/png", "report.csv", "image/png"],
  ])("%s of %s is %s", (declared, name, type) => {
    expect(acceptedContentType(declared, name)).toBe(type);
  });

  it.each(["page.html", "tool.exe", "csv", "no extension"])(
    "of bytes called %s is none",
    (name) => {
      expect(() => acceptedContentType("application/octet-stream", name)).toThrow();
    },
  );
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
