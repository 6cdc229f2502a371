import { createHash } from "node:crypto";
import { chownSync, existsSync, readFileSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { PostgresError } from "./postgres-error.ts";

/** The user that Postgres runs as when we are root, which it refuses to be. */
export interface Owner {
  uid: number;
  gid: number;
}

/** Whether a user can walk down to that folder: the `x` bit of each ancestor (access lists are not read). */
export function isReachable(path: string, owner: Owner): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder)) {
      const { mode, uid, gid } = statSync(folder);
      const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return false;
    }
    if (folder === dirname(folder)) return true;
  }
}

/** A folder below `home`, outside anybody's home directory, for the data of `path`, from which it has its name. */
export function folderOutside(home: string, path: string): string {
  return join(home, createHash("sha256").update(resolve(path)).digest("hex").slice(0, 16));
}

/** The unprivileged user to run Postgres as: `postgres`, or `nobody`, so that no user need be made. */
export function findOwner(): Owner | null {
  if (userInfo().uid !== 0) return null;
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const user = users.find((fields) => fields[0] === name);
    if (user?.[2] !== undefined && user[3] !== undefined) {
      return { uid: Number(user[2]), gid: Number(user[3]) };
    }
  }
  throw new PostgresError(
    "no_unprivileged_user",
    "Postgres does not run as root, and this machine has neither a user postgres nor nobody to run it as.",
  );
}

/** Hands a folder to Postgres' user. */
export function giveTo(owner: Owner | null, path: string): void {
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
}
