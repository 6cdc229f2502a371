import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { json } from "../gateway/http.ts";
import { consoleHeaders } from "./policy.ts";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What stands in `config.json`: the project, and whom a demo offers to sign in as. */
export interface ConsoleConfig {
  readonly url: string;
  readonly publishable_key: string;
  readonly people?: readonly { readonly email: string; readonly is: string }[];
  readonly password?: string;
}

/** A built console, served from the root of an address beside the API. */
export class ConsoleSite {
  readonly #config: ConsoleConfig;
  /** Every file by its path. In memory: a later start of newer sources removes the folder. */
  readonly #files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  constructor(folder: string, config: ConsoleConfig) {
    this.#config = config;
    this.#files = new Map(
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => extname(name) in types)
        .map((name) => [
          `/${name.replaceAll("\\", "/")}`,
          new Uint8Array(readFileSync(join(folder, name))),
        ]),
    );
  }

  /** The file at a path, or the page that finds its way by the path itself; null for what is not the console's. */
  answer(method: string, path: string, accept: string): Response | null {
    if (method !== "GET" && method !== "HEAD") return null;
    const headers = consoleHeaders(this.#config.url);
    if (path === "/config.json") {
      return json(200, this.#config, { ...headers, "cache-control": "no-cache" });
    }
    const isPage = accept.includes("text/html") && extname(path) === "";
    const name = isPage && !this.#files.has(path) ? "/index.html" : path;
    const file = this.#files.get(name);
    if (file === undefined) return null;
    return new Response(method === "HEAD" ? null : file, {
      headers: {
        ...headers,
        "content-type": types[extname(name)] ?? "",
        // The names of these files follow from their content.
        "cache-control": name.startsWith("/assets/")
          ? "public, max-age=31536000, immutable"
          : "no-cache",
      },
    });
  }
}
