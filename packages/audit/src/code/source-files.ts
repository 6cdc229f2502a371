import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { AuditError } from "../audit-error.ts";

/** A file whose code the audit reads. */
export interface SourceFile {
  /** Absolute, as the compiler sees it: `Page.vue` is read as `Page.vue.ts`. */
  virtualPath: string;
  /** From the code folder, with `/`. */
  name: string;
  text: string;
}

const skippedFolders = new Set([
  "node_modules",
  "bower_components",
  "storybook-static",
  "__snapshots__",
]);
/** Output of a build, or packages of another language, where they lie beside a manifest; else a name like any other. */
const outputFolders = new Set(["dist", "build", "out", "coverage", "vendor"]);
const manifests = ["package.json", "deno.json", "deno.jsonc", "composer.json", "Gemfile", "go.mod"];
const scripts = new Set([".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts"]);
const documents = new Set([".vue", ".svelte", ".html"]);
/** Larger files are bundles, not sources. */
const maxBytes = 1024 ** 2;

/** What a walk over a code folder found. */
export interface FoundSources {
  files: SourceFile[];
  /** SQL that lies among the code, outside of migrations. */
  sql: string;
  /** Names of files that were left out because they are too large for a source, or minified. */
  tooLarge: string[];
  /** Names of folders that were left out as output, beyond installed packages and hidden ones. */
  leftOut: string[];
  /** Names of folders that are Supabase projects of their own, with another database behind them. */
  otherProjects: string[];
  /** `supabase` folders with Edge Functions, absolute: a monorepo has several. */
  supabaseFolders: string[];
}

/** What is looked for, and where not. */
export interface SourceOptions {
  /** Names or paths (from the root) of further folders to leave out. */
  exclude?: readonly string[];
  /** The folder of migrations that the code is held against, absolute. What has others of its own is another project. */
  migrations?: string | undefined;
}

/**
 * Reads the sources below a folder: scripts as they are, and the script blocks of Vue, Svelte and HTML files with
 * everything else blanked out, so that lines stay as they are. Hidden folders, installed packages and build
 * output are not sources.
 * @throws AuditError when the folder is missing or holds no source
 */
export function readSources(
  root: string,
  { exclude = [], migrations }: SourceOptions = {},
): FoundSources {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new AuditError(`There is no folder of code at ${root}.`);
  }
  const found: FoundSources = {
    files: [],
    sql: "",
    tooLarge: [],
    leftOut: [],
    otherProjects: [],
    supabaseFolders: [],
  };
  const excluded = new Set(exclude.map((each) => each.replace(/\/+$/, "")));
  walk({ root, excluded, migrations }, root, found);
  if (found.files.length === 0) {
    throw new AuditError(`The folder ${root} holds no ts, js, vue, svelte or html file.`);
  }
  return found;
}

interface Walk {
  root: string;
  excluded: ReadonlySet<string>;
  migrations: string | undefined;
}

/** Whether a folder has migrations of its own, which are not those that the code is held against. */
function isOtherProject(folder: string, audited: string | undefined): boolean {
  if (audited === undefined || audited.startsWith(`${folder}${sep}`)) return false;
  const own = join(folder, "supabase", "migrations");
  return existsSync(own) && readdirSync(own).some((name) => name.endsWith(".sql"));
}

function walk(options: Walk, folder: string, found: FoundSources): void {
  const { root, excluded, migrations } = options;
  const entries = readdirSync(folder, { withFileTypes: true });
  const isPackage = entries.some((entry) => manifests.includes(entry.name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const name = relative(root, path).split(sep).join("/");
    if (excluded.has(entry.name) || excluded.has(name)) continue;
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".") || skippedFolders.has(entry.name)) continue;
      if (outputFolders.has(entry.name) && isPackage) {
        found.leftOut.push(`${name}/`);
        continue;
      }
      if (isOtherProject(path, migrations)) {
        found.otherProjects.push(`${name}/`);
        continue;
      }
      if (entry.name === "supabase" && existsSync(join(path, "functions"))) {
        found.supabaseFolders.push(path);
      }
      walk(options, path, found);
    } else if (entry.isFile()) {
      addFile(path, name, found);
    }
  }
}

function addFile(path: string, name: string, found: FoundSources): void {
  const extension = extname(name).toLowerCase();
  if (extension === ".sql" && !name.split("/").includes("migrations")) {
    if (statSync(path).size <= maxBytes) found.sql += `${readFileSync(path, "utf8")}\n`;
    return;
  }
  const isDocument = documents.has(extension);
  if (!isDocument && !scripts.has(extension)) return;
  if (/\.d\.[cm]?ts$|\.min\.[cm]?js$/.test(name)) return;
  if (statSync(path).size > maxBytes) {
    found.tooLarge.push(name);
    return;
  }
  const text = readFileSync(path, "utf8");
  if (!isDocument && isMinified(text)) {
    found.tooLarge.push(name);
    return;
  }
  if (!isDocument) {
    found.files.push({ virtualPath: path, name, text });
    return;
  }
  const script = scriptBlocks(text);
  if (script !== null) {
    found.files.push({ virtualPath: `${path}.${script.extension}`, name, text: script.text });
  }
}

/** Whether a script was written by a bundler, wherever it lies: its lines are longer than any that people write. */
function isMinified(text: string): boolean {
  const lines = text.split("\n").filter((line) => line.trim() !== "").length;
  return text.length > 2_000 && text.length / Math.max(lines, 1) > 500;
}

/** The script blocks of a document at their places, the rest as spaces. */
function scriptBlocks(text: string): { text: string; extension: "ts" | "tsx" } | null {
  let blanked = "";
  let end = 0;
  let isTsx = false;
  // What a form writes is a write: `bind:value={status}` becomes `status=_;` at its place.
  const blank = (part: string) =>
    part
      .replaceAll(/bind:[\w-]+=\{\s*([A-Za-z_$][\w$.]*)\s*\}/g, (whole, name: string) =>
        `${name}=\uE001;`.padEnd(whole.length, "\uE002"),
      )
      .replaceAll(/([A-Za-z_$][\w$.]*)=\uE001;|[^\r\n]/g, (_, name?: string) =>
        name === undefined ? " " : `${name}=_;`,
      );
  for (const match of text.matchAll(
    /(<script\b(?:"[^"]*"|'[^']*'|[^>"'])*>)([\s\S]*?)<\/script\s*>/gi,
  )) {
    const [, open = "", body = ""] = match;
    if (/\btype\s*=\s*["']?(?:application\/(?:ld\+)?json|importmap|text\/template)/i.test(open)) {
      continue;
    }
    if (/\blang\s*=\s*["']?[jt]sx/i.test(open)) isTsx = true;
    const start = match.index + open.length;
    blanked += `${blank(text.slice(end, start))}${body}`;
    end = start + body.length;
  }
  if (end === 0) return null;
  return { text: blanked + blank(text.slice(end)), extension: isTsx ? "tsx" : "ts" };
}
