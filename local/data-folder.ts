import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  endProcess,
  findOwner,
  folderOutside,
  identify,
  isDiskFull,
  isReachable,
  isRunning,
  type Owner,
} from "switchboard-audit/postgres";
import { z } from "zod";
import { asStackError, diskFull, StackError, systemCode } from "./errors.ts";
import { findKeys, type Keys, makeKeys } from "./keys.ts";
import { npmAncestor } from "./npm-ancestor.ts";

/** Where one stack keeps everything: keys, database, objects, logs. */
export interface DataFolder {
  root: string;
  /** The database cluster; outside of `root` when Postgres' user could not reach it there. */
  postgres: string;
  storage: string;
  logs: string;
  keys: Keys;
  /** Null: Postgres runs as the user that we are. */
  owner: Owner | null;
  /** Releases the folder for the next run. */
  release(): void;
}

const outside = "/var/lib/switchboard";

/** The unprivileged user that Postgres runs as when we are root; null: Postgres runs as the user that we are. */
export function postgresOwner(): Owner | null {
  try {
    return findOwner();
  } catch (error) {
    throw asStackError(error);
  }
}

/** Where the cluster of a data folder is, without making it. */
export function clusterFolder(root: string, owner: Owner | null): string {
  return owner === null || isReachable(root, owner)
    ? join(root, "postgres")
    : join(folderOutside(outside, root), "postgres");
}

const keysFile = "keys.json";

/** Everything that a stack makes in its data folder. The keys are the mark of the folder: made first, removed last. */
const ownEntries = [
  "postgres",
  "postgres.new",
  "postgres.password",
  "storage",
  "mails.ndjson",
  "logs",
  "import-map.json",
  "import-map.json.new",
  keysFile,
];

/** Throws unless a stack made the folder. */
function checkMark(root: string): Keys {
  const keys = findKeys(join(root, keysFile));
  if (keys !== null) return keys;
  throw new StackError(
    "data_not_ours",
    `The folder ${root} was not made by npm start: it has no ${keysFile} of a stack. Nothing in it was touched; name another folder with --data <folder>.`,
  );
}

export function isEmptyOrMissing(path: string): boolean {
  return !existsSync(path) || readdirSync(path).length === 0;
}

/** The absolute path of `--data`. */
function dataPath(path: string): string {
  if (path.trim() !== "") return resolve(path);
  throw new StackError("bad_flags", "--data wants the path of a folder, and got an empty text.");
}

/**
 * Takes the data folder for this process, making what is missing.
 * Throws a {@link StackError} when it cannot be written, holds something else, or another running stack has it.
 * `newKeys` are those of a new folder, if not of its own.
 */
export async function openDataFolder(path: string, newKeys?: Keys): Promise<DataFolder> {
  const root = dataPath(path);
  const owner = postgresOwner();
  let keys: Keys;
  try {
    makeFolder(root, 0o755);
    if (isEmptyOrMissing(root)) makeKeys(join(root, keysFile), newKeys);
    keys = checkMark(root);
    // Postgres' user has to pass through the folder; its private entries have modes of their own.
    if (owner !== null && statSync(root).uid === 0) chmodSync(root, 0o711);
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw unwritable(root, error);
  }
  const postgres = clusterFolder(root, owner);
  const folder = {
    root,
    postgres,
    storage: join(root, "storage"),
    logs: join(root, "logs"),
    keys,
    owner,
  };
  try {
    for (const each of [folder.storage, folder.logs]) {
      makeFolder(each, 0o700);
    }
    makeFolder(dirname(postgres), 0o711);
    const release = await lock(join(root, "stack.lock"));
    return { ...folder, release };
  } catch (error) {
    if (error instanceof StackError) throw error;
    throw unwritable(root, error);
  }
}

/**
 * Removes what a stack has made in its data folder, and the folder when nothing else is in it. Returns the names of what
 * stays; null when there is no such folder. Throws a {@link StackError} for a folder that no stack made, and while one runs on it.
 */
export async function resetData(path: string): Promise<string[] | null> {
  const root = dataPath(path);
  if (!existsSync(root)) return null;
  checkMark(root);
  const { postgres, release } = await openDataFolder(root);
  try {
    if (dirname(postgres) !== root) rmSync(dirname(postgres), { recursive: true, force: true });
    for (const name of ownEntries) rmSync(join(root, name), { recursive: true, force: true });
  } finally {
    release();
  }
  const kept = readdirSync(root);
  if (kept.length === 0) rmdirSync(root);
  return kept;
}

/** Makes a folder and those above it. Node's own `recursive` never returns where nothing can be made (/proc). */
function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

function unwritable(root: string, error: unknown): StackError {
  if (isDiskFull(systemCode(error) ?? "")) return diskFull("The data folder is not made", root);
  return new StackError(
    "data_unwritable",
    `The data folder ${root} cannot be written (${systemCode(error) ?? String(error)}); choose another one with --data <folder>.`,
  );
}

const Identity = z.object({ pid: z.number().int(), started: z.string() });
const Lock = Identity.extend({ npm: Identity.nullable() });

function readLock(file: string): z.infer<typeof Lock> | null {
  try {
    return Lock.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/**
 * One stack per data folder. A lock whose process is gone (`kill -9`, power cut) holds nothing, and one whose
 * `npm` is gone is an orphan: it is ended.
 */
async function lock(file: string): Promise<() => void> {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ ...identify(process.pid), npm: npmAncestor() }));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        linkSync(own, file); // This takes one step, unlike creating and then writing, so that nobody reads half a lock.
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (systemCode(error) !== "EEXIST") throw error;
      }
      const other = readLock(file);
      if (other !== null && isRunning(other)) {
        if (other.npm === null || isRunning(other.npm)) {
          throw new StackError(
            "data_in_use",
            `Another stack (process ${other.pid}) uses the data folder ${dirname(file)}; stop it, or choose another folder with --data <folder>.`,
          );
        }
        await endProcess(other, "SIGTERM", 5_000);
      }
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
  throw new StackError(
    "data_in_use",
    `The lock ${file} could not be taken; another stack is starting.`,
  );
}
