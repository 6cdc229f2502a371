import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { StorageError } from "./errors.ts";

/** How much of a refused body is still read, so that the client sees the answer and not a broken connection. */
const patienceBytes = 64 * 1024 * 1024;
const chunkBytes = 64 * 1024;

export interface Written {
  /** Names the bytes for ever: a new upload of the same key is another version. */
  version: string;
  sizeBytes: number;
  /** Quoted MD5, as S3 has it for an object uploaded at once. */
  etag: string;
}

/** Bytes on disk, each version a file named by its own uuid, so no key ever reaches the file system. */
export interface ByteStore {
  /** Streams to a new version. Throws EntityTooLarge past `limitBytes` and leaves nothing behind on any failure. */
  write(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Written>;
  /** Streams bytes `from` to `to`, both included. Throws NoSuchKey when the version is gone. */
  read(version: string, from: number, to: number): Promise<ReadableStream<Uint8Array>>;
  copy(version: string): Promise<string>;
  /** Forgets versions; those that are gone already are passed over. */
  remove(versions: readonly string[]): Promise<void>;
}

/** Reads what is left of a refused body, within reason. */
export async function discard(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > patienceBytes) return;
  }
}

function missing(cause: NodeJS.ErrnoException): never {
  throw cause.code === "ENOENT" ? new StorageError("NoSuchKey", undefined, { cause }) : cause;
}

export function createByteStore(root: string): ByteStore {
  const folderOf = (version: string) => join(root, version.slice(0, 2));
  const fileOf = (version: string) => {
    if (!/^[0-9a-f-]{36}$/.test(version)) throw new StorageError("NoSuchKey");
    return join(folderOf(version), version);
  };
  const newVersion = async () => {
    const version = randomUUID();
    await mkdir(folderOf(version), { recursive: true });
    return version;
  };

  async function write(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Written> {
    const version = await newVersion();
    const hash = createHash("md5");
    const file = await open(fileOf(version), "wx");
    let sizeBytes = 0;
    try {
      for await (const chunk of chunks) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > limitBytes + patienceBytes) break;
        if (sizeBytes > limitBytes) continue;
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      if (sizeBytes > limitBytes) throw new StorageError("EntityTooLarge");
    } catch (error) {
      await file.close();
      await rm(fileOf(version), { force: true });
      throw error;
    }
    await file.close();
    return { version, sizeBytes, etag: `"${hash.digest("hex")}"` };
  }

  async function read(version: string, from: number, to: number) {
    // Open from here on: what is removed while it is read is read to its end.
    const file = await open(fileOf(version), "r").catch(missing);
    let position = from;
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          try {
            const wanted = Math.min(chunkBytes, to - position + 1);
            const { bytesRead, buffer } = await file.read(
              new Uint8Array(wanted),
              0,
              wanted,
              position,
            );
            if (bytesRead === 0 && wanted > 0) throw new Error("shorter than its row says");
            position += bytesRead;
            if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
            if (position > to) {
              await file.close();
              controller.close();
            }
          } catch (error) {
            await file.close();
            throw error;
          }
        },
        cancel: () => file.close(),
      },
      { highWaterMark: 0 },
    );
  }

  async function copy(version: string): Promise<string> {
    const target = await newVersion();
    await copyFile(fileOf(version), fileOf(target), constants.COPYFILE_FICLONE).catch(missing);
    return target;
  }

  async function remove(versions: readonly string[]): Promise<void> {
    await Promise.all(versions.map((version) => rm(fileOf(version), { force: true })));
  }

  return { write, read, copy, remove };
}
