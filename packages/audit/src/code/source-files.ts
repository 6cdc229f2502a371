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
  /** Names of files that were left out because of their size. */
  tooLarge: string[];
  /** Names of folders that were left out as output, beyond installed packages and hidden ones. */
  leftOut: string[];
  /** `supabase` folders with Edge Functions, absolute: a monorepo has several. */
  supabaseFolders: string[];
}

/**
 * Reads the sources below a folder: scripts as they are, and the script blocks of Vue, Svelte and HTML files with
 * everything else blanked out, so that lines stay as they are. Hidden folders, installed packages and build
 * output are not sources.
 * @param exclude names or paths (from the root) of further folders to leave out
 * @throws AuditError when the folder is missing or holds no source
 */
export function readSources(root: string, exclude: readonly string[] = []): FoundSources {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new AuditError(`There is no folder of code at ${root}.`);
  }
  const found: FoundSources = {
    files: [],
    sql: "",
    tooLarge: [],
    leftOut: [],
    supabaseFolders: [],
  };
  walk(root, root, new Set(exclude.map((each) => each.replace(/\/+$/, ""))), found);
  if (found.files.length === 0) {
    throw new AuditError(`The folder ${root} holds no ts, js, vue, svelte or html file.`);
  }
  return found;
}

function walk(root: string, folder: string, exclude: Set<string>, found: FoundSources): void {
  const entries = readdirSync(folder, { withFileTypes: true });
  const isPackage = entries.some((entry) => manifests.includes(entry.name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const name = relative(root, path).split(sep).join("/");
    if (exclude.has(entry.name) || exclude.has(name)) continue;
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".") || skippedFolders.has(entry.name)) continue;
      if (outputFolders.has(entry.name) && isPackage) {
        found.leftOut.push(`${name}/`);
        continue;
      }
      if (entry.name === "supabase" && existsSync(join(path, "functions"))) {
        found.supabaseFolders.push(path);
      }
      walk(root, path, exclude, found);
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
  if (!isDocument) {
    found.files.push({ virtualPath: path, name, text });
    return;
  }
  const script = scriptBlocks(text);
  if (script !== null) {
    found.files.push({ virtualPath: `${path}.${script.extension}`, name, text: script.text });
  }
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
