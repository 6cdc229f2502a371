import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface LockedPackage {
  integrity?: string;
  link?: boolean;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(
  readFileSync(new URL("../../../package-lock.json", import.meta.url), "utf8"),
) as { packages: Record<string, LockedPackage> };

/** The folders in which Node looks for a dependency of the package at `path`, nearest first. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path; at !== ""; ) {
    folders.push(`${at}/node_modules/`);
    const parent = at.lastIndexOf("/node_modules/");
    at = parent === -1 ? "" : at.slice(0, parent);
  }
  return [...folders, "node_modules/"];
}

describe("package-lock.json", () => {
  // An installation adds what is missing, so that the tree is dirty; `npm ci` installs only what is there.
  test("has every optional dependency of the packages that it locks, for every platform", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !foldersOf(path).some((folder) => `${folder}${name}` in packages))
        .map((name) => `${path} needs ${name}`),
    );
    expect(missing).toEqual([]);
  });

  /** The Supabase CLI's programs for other platforms than the one that the lock was made on: no hash was there to be had. */
  const withoutHash = /^node_modules\/@supabase\/cli-/;

  test("has the hash of what each package holds, so that nothing else is installed under its name", () => {
    const hashless = Object.entries(packages)
      .filter(([path, { link }]) => path.startsWith("node_modules/") && link !== true)
      .filter(([, { integrity = "" }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))
      .map(([path]) => path);
    expect(hashless.filter((path) => !withoutHash.test(path))).toEqual([]);
  });
});
