import { Buffer } from "node:buffer";

/** What a compound file, the format of DOC, XLS and of encrypted office files, is judged by. */
export interface CompoundFile {
  /** The names of its storages and streams in capitals, as the format compares them; without their order. */
  readonly names: ReadonlySet<string>;
  /** Whether every sector that is in use is there. */
  readonly isWhole: boolean;
}

const FREE = 0xffffffff;
const LAST_SECTOR = 0xfffffffa;
const NAME_BYTES = 64;

/** The sectors of a chain, as far as it goes, each once. */
function chain(table: readonly number[], first: number): number[] {
  const sectors = new Set<number>();
  for (let at = first; at < LAST_SECTOR && !sectors.has(at); at = table[at] ?? FREE)
    sectors.add(at);
  return [...sectors];
}

/**
 * The name of a directory record, if one begins here. Records have 128 bytes; some writers and readers put up with other
 * places for them, so that every place of four bytes is asked: what has a name, its length and a known kind is one.
 */
function recordName(directory: Buffer, at: number): string | undefined {
  const length = directory.readUInt16LE(at + NAME_BYTES);
  const kind = directory.readUInt8(at + NAME_BYTES + 2);
  if (length < 4 || length > NAME_BYTES || length % 2 === 1) return undefined;
  if (kind !== 1 && kind !== 2 && kind !== 5) return undefined;
  const name = directory.toString("utf16le", at, at + length);
  return name.indexOf("\0") === name.length - 1 ? name.slice(0, -1) : undefined;
}

/**
 * Reads a compound file's directory. What is broken has no names, and no chain is followed twice.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb
 */
export function readCompoundFile(bytes: Uint8Array): CompoundFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.byteLength < 512) return { names: new Set(), isWhole: false };
  const sectorBytes = file.readUInt16LE(30) === 12 ? 4096 : 512;
  const sector = (index: number) =>
    file.subarray((index + 1) * sectorBytes, (index + 2) * sectorBytes);
  const numbers = (part: Buffer) =>
    Array.from({ length: Math.floor(part.byteLength / 4) }, (_, at) => part.readUInt32LE(at * 4));

  const places = numbers(file.subarray(76, 512));
  const seen = new Set<number>();
  for (let at = file.readUInt32LE(68); at < LAST_SECTOR && !seen.has(at); ) {
    seen.add(at);
    const listed = numbers(sector(at));
    places.push(...listed.slice(0, -1));
    at = listed.at(-1) ?? FREE;
  }
  const tables = places.slice(0, file.readUInt32LE(44));
  const table = tables.flatMap((at) => numbers(sector(at)));
  const used = table.findLastIndex((next) => next !== FREE);

  const directory = Buffer.concat(chain(table, file.readUInt32LE(48)).map(sector));
  const names = new Set<string>();
  for (let at = 0; at + NAME_BYTES + 3 <= directory.byteLength; at += 4) {
    const name = recordName(directory, at);
    if (name !== undefined) names.add(name.toUpperCase());
  }
  return { names, isWhole: (used + 1) * sectorBytes < file.byteLength };
}
