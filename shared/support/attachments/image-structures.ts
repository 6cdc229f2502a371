import type { Structure } from "./walk.ts";

/** What is broken never ends. */
const NEVER = { skip: Number.POSITIVE_INFINITY } as const;

const END_OF_IMAGE = 0xd9;

/** Markers without a segment: a stuffed byte of the picture's data, restarts, the start of an image. */
function standsAlone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** Segments of a declared length, so that a preview in one of them ends nothing; the data after a scan's has none. */
function* jpeg(): Structure {
  yield { skip: 2 };
  while (true) {
    yield { past: 0xff };
    let marker = 0xff;
    while (marker === 0xff) marker = (yield { take: 1 }).readUInt8();
    if (marker === END_OF_IMAGE) return;
    if (standsAlone(marker)) continue;
    yield { skip: (yield { take: 2 }).readUInt16BE() - 2 };
  }
}

/** Chunks of a declared length until the one that says it is the last. */
function* png(): Structure {
  yield { skip: 8 };
  while (true) {
    const head = yield { take: 8 };
    yield { skip: head.readUInt32BE() + 4 };
    if (head.toString("latin1", 4) === "IEND") return;
  }
}

function* gifBlocks(): Structure {
  while (true) {
    const size = (yield { take: 1 }).readUInt8();
    if (size === 0) return;
    yield { skip: size };
  }
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

/** Extensions and pictures, both in blocks of a declared length, until the trailer. */
function* gif(): Structure {
  yield { skip: colourTableBytes((yield { take: 13 }).readUInt8(10)) };
  while (true) {
    const kind = (yield { take: 1 }).readUInt8();
    if (kind === 0x3b) return;
    if (kind === 0x21) {
      yield { skip: 1 };
      yield* gifBlocks();
    } else if (kind === 0x2c) {
      yield { skip: colourTableBytes((yield { take: 9 }).readUInt8(8)) + 1 };
      yield* gifBlocks();
    } else if (kind !== 0) yield NEVER;
  }
}

/** RIFF says at its start how long it is. */
function* webp(): Structure {
  yield { skip: (yield { take: 8 }).readUInt32LE(4) };
}

/** The structures of the pictures that are accepted. Where one ends, phones append films, depths and dates. */
export const imageStructures = { jpeg, png, gif, webp } as const;
