import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const endings = [
  "",
  ".ts",
  ".tsx",
  ".js",
  ".jsx",
  ".mjs",
  ".mts",
  ".cjs",
  ".vue.ts",
  ".svelte.ts",
  ".vue.tsx",
  "/index.ts",
  "/index.tsx",
  "/index.js",
  "/index.jsx",
  "/index.mjs",
];

/** Where the code's own imports lead: relative ones, path aliases of tsconfig files, workspace packages. */
export class ModuleFinder {
  readonly #files: ReadonlyMap<string, string>;
  readonly #root: string;
  readonly #aliases = new Map<string, { pattern: string; targets: string[] }[]>();
  readonly #found = new Map<string, string | null>();
  #packages: Map<string, string> | null = null;

  constructor(root: string, files: ReadonlyMap<string, string>) {
    this.#root = root;
    this.#files = files;
  }

  /** The source that an import means; null when it is not one of the sources. */
  find(specifier: string, containing: string): string | null {
    const folder = dirname(containing);
    const key = `${folder}\0${specifier}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const path = this.#resolve(specifier, folder);
    this.#found.set(key, path);
    return path;
  }

  #resolve(specifier: string, folder: string): string | null {
    if (specifier.startsWith(".")) return this.#file(resolve(folder, specifier));
    for (const { pattern, targets } of this.#aliasesFor(folder)) {
      const [before = "", after] = pattern.split("*");
      const isMatch =
        after === undefined
          ? specifier === pattern
          : specifier.startsWith(before) && specifier.endsWith(after);
      if (!isMatch) continue;
      const rest =
        after === undefined ? "" : specifier.slice(before.length, specifier.length - after.length);
      for (const target of targets) {
        const path = this.#file(target.replace("*", rest));
        if (path !== null) return path;
      }
    }
    return this.#workspacePackage(specifier) ?? this.#conventional(specifier, folder);
  }

  /** `@/x` and `~/x` without a configuration (Next.js, Nuxt, Vite): the nearest folder that has it. */
  #conventional(specifier: string, folder: string): string | null {
    const rest = /^(?:@|~|~~|\$lib)\/(.+)$/.exec(specifier)?.[1];
    if (rest === undefined) return null;
    for (let at = folder; at.length >= this.#root.length; at = dirname(at)) {
      for (const base of ["", "src", "app", "src/lib", "resources/js"]) {
        const path = this.#file(join(at, base, rest));
        if (path !== null) return path;
      }
      if (at === dirname(at)) break;
    }
    return null;
  }

  #file(path: string): string | null {
    // Imports of compiled names: `./a.js` is `./a.ts` in the sources.
    const bases = [path, path.replace(/\.([cm]?)jsx?$/, "")];
    for (const base of bases) {
      for (const ending of endings) {
        if (this.#files.has(base + ending)) return base + ending;
      }
    }
    return null;
  }

  #aliasesFor(folder: string): { pattern: string; targets: string[] }[] {
    const known = this.#aliases.get(folder);
    if (known !== undefined) return known;
    let aliases: { pattern: string; targets: string[] }[] = [];
    const config = ["tsconfig.json", "jsconfig.json", "tsconfig.app.json"]
      .map((name) => join(folder, name))
      .find((path) => existsSync(path) && readAliases(path).length > 0);
    if (config !== undefined) aliases = readAliases(config);
    else if (folder.length > this.#root.length) aliases = this.#aliasesFor(dirname(folder));
    this.#aliases.set(folder, aliases);
    return aliases;
  }

  #workspacePackage(specifier: string): string | null {
    this.#packages ??= findPackages(this.#root);
    const parts = specifier.split("/");
    const length = specifier.startsWith("@") ? 2 : 1;
    const folder = this.#packages.get(parts.slice(0, length).join("/"));
    if (folder === undefined) return null;
    const rest = parts.slice(length).join("/");
    for (const base of ["src", "", "lib", "app"]) {
      const path = this.#file(join(folder, base, rest));
      if (path !== null) return path;
    }
    return null;
  }
}

/** The `paths` of a configuration file, following `extends` of relative files. */
function readAliases(path: string, depth = 0): { pattern: string; targets: string[] }[] {
  const parsed = ts.readConfigFile(path, (each) => {
    try {
      return readFileSync(each, "utf8");
    } catch {
      return undefined;
    }
  });
  const config: unknown = parsed.config;
  if (typeof config !== "object" || config === null) return [];
  const compiler = "compilerOptions" in config ? config.compilerOptions : undefined;
  if (typeof compiler === "object" && compiler !== null && "paths" in compiler) {
    const base =
      "baseUrl" in compiler && typeof compiler.baseUrl === "string" ? compiler.baseUrl : ".";
    const paths = compiler.paths;
    if (typeof paths === "object" && paths !== null) {
      return Object.entries(paths).map(([pattern, targets]) => ({
        pattern,
        targets: (Array.isArray(targets) ? targets : [])
          .filter((target) => typeof target === "string")
          .map((target) => resolve(dirname(path), base, target)),
      }));
    }
  }
  const parent = "extends" in config ? config.extends : undefined;
  if (typeof parent === "string" && parent.startsWith(".") && depth < 5) {
    const file = resolve(dirname(path), parent.endsWith(".json") ? parent : `${parent}.json`);
    return existsSync(file) ? readAliases(file, depth + 1) : [];
  }
  return [];
}

/** Packages of a monorepo by name; four levels deep is where workspaces keep them. */
function findPackages(root: string): Map<string, string> {
  const found = new Map<string, string>();
  const look = (folder: string, depth: number) => {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const name: unknown = ts.readConfigFile(manifest, (path) => readFileSync(path, "utf8")).config
        ?.name;
      if (typeof name === "string") found.set(name, folder);
    }
    if (depth === 4) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === "node_modules" || entry.name.startsWith("."))
        continue;
      look(join(folder, entry.name), depth + 1);
    }
  };
  look(root, 0);
  return found;
}
