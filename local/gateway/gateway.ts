import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { parseJson } from "../../shared/core/json.ts";
import type { Api } from "../api/api.ts";
import type { ConsoleSite } from "../console/site.ts";
import { StackError, systemCode } from "../errors.ts";
import type { FunctionHost } from "../functions/host.ts";
import type { Keys } from "../keys.ts";
import type { LineLog } from "../logs.ts";
import type { Mailbox } from "../mail/mailbox.ts";
import { unsubscribePage } from "../mail/pages.ts";
import { mailRoutes } from "../mail/routes.ts";
import { hasFunction, type ProjectConfig } from "../project.ts";
import type { Storage } from "../storage/contract.ts";
import type { Answer, Contract } from "./contract.ts";
import { FunctionProxy, type Hold } from "./function-proxy.ts";
import { forAnyOrigin, isPreflight, json, preflight, send, toRequest } from "./http.ts";
import { reference } from "./reference.ts";
import { storageCaller } from "./storage-caller.ts";
import { Tokens } from "./tokens.ts";

/** What the gateway passes requests to. */
export interface Backends {
  api: Api;
  storage: Storage;
  functions: FunctionHost;
  /** The console; null where it is not served. */
  console: ConsoleSite | null;
  mailbox: Mailbox;
}

export interface GatewayOptions {
  keys: Keys;
  config: ProjectConfig;
  /** The project whose functions are served. */
  root: string;
  log: LineLog;
  /** What answers are held to; null where nobody declared any. */
  contract: Contract | null;
}

/** The path of a request. A request line may also name a host (`GET http://other/path`), or hold no path at all. */
function pathOf(target: string): string {
  if (target.startsWith("/")) return target;
  if (!URL.canParse(target)) return "/";
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** Deno 2.1 compresses what it answers, where the client takes that. */
function plain(sent: Buffer, encoding: string | undefined): Buffer {
  if (encoding === "gzip") return gunzipSync(sent);
  return encoding === "br" ? brotliDecompressSync(sent) : sent;
}

function parsed(text: string): unknown {
  const value = parseJson(text);
  return value === undefined ? "text that is no JSON" : value;
}

/**
 * How long an idle connection stays open. Deno keeps its own for 90 seconds: who closes first must be the client, which
 * cannot send a streamed body again when the connection ends under it.
 */
const KEEP_ALIVE_MS = 120_000;

/**
 * The one port of the stack, laid out as the platform's: `/rest/v1`, `/auth/v1`, `/storage/v1`,
 * `/functions/v1/<name>`. It listens before its backends are there, so that their addresses are known.
 */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #tokens: Tokens;
  readonly #server: Server;
  #backends: Backends | null = null;
  #proxy: FunctionProxy | null = null;
  #url = "";

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#tokens = new Tokens(options.keys);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
      this.#handle(incoming, outgoing).catch((error: unknown) => {
        options.log.write(error instanceof Error ? (error.stack ?? error.message) : String(error));
        if (outgoing.headersSent) outgoing.destroy();
        else void send(json(500, { message: "An unexpected error occurred" }), outgoing);
      });
    });
  }

  get url(): string {
    return this.#url;
  }

  /** Takes the port (0: any free one). */
  async listen(port: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once("error", reject);
        this.#server.listen(port, "127.0.0.1", resolve);
      });
    } catch (error) {
      const code = systemCode(error);
      if (code === "EADDRINUSE") {
        throw new StackError(
          "port_taken",
          `Port ${port} is taken by another program; choose another one with --port <number> (0 takes any free one).`,
        );
      }
      if (code === "EACCES") {
        throw new StackError(
          "port_forbidden",
          `Port ${port} may not be used without privileges; choose one above 1023 with --port.`,
        );
      }
      throw error;
    }
    const address = this.#server.address();
    if (address === null || typeof address === "string")
      throw new Error("The gateway has no port.");
    this.#url = `http://127.0.0.1:${address.port}`;
  }

  serve(backends: Backends): void {
    this.#backends = backends;
    this.#proxy = new FunctionProxy(backends.functions);
  }

  /** Takes no new requests, lets those under way end, and cuts what is left after `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const late = setTimeout(() => this.#server.closeAllConnections(), patienceMs);
    await closed;
    clearTimeout(late);
    this.#proxy?.close();
  }

  async #handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(this.#url + pathOf(incoming.url ?? "/"));
    const backends = this.#backends;
    if (backends === null) return send(json(503, { message: "The stack is starting." }), outgoing);
    const path = url.pathname;
    const functionPath = /^\/functions\/v1(\/([^/]+).*)$/.exec(path);
    if (functionPath?.[1] !== undefined && functionPath[2] !== undefined) {
      return this.#function(functionPath[2], functionPath[1] + url.search, incoming, outgoing);
    }
    if (path.startsWith("/storage/v1/")) {
      return send(await this.#storage(backends.storage, incoming, url), outgoing);
    }
    if (path === "/auth/v1/.well-known/jwks.json") {
      // The only key is a shared secret; the platform publishes none of those either.
      return send(json(200, { keys: [] }), outgoing);
    }
    // The API library knows neither Auth's keys nor functions of the database when a browser asks before it sends.
    if (isPreflight(incoming) && /^\/(auth|rest)\/v1\//.test(path)) {
      return send(preflight(incoming), outgoing);
    }
    if (path.startsWith("/auth/v1/")) {
      // The API library would not let a page of another origin read the answer.
      const answer = await backends.api.handle(toRequest(incoming, url));
      return send(forAnyOrigin(await this.#tokens.resign(answer)), outgoing);
    }
    if (path.startsWith("/rest/v1")) {
      const answer = await backends.api.handle(toRequest(incoming, url));
      return send(await this.#heldRpc(answer, incoming, url), outgoing);
    }
    if (/^\/mail(\/|$)/.test(path)) {
      return send(await mailRoutes(backends.mailbox, toRequest(incoming, url)), outgoing);
    }
    if (path === "/unsubscribe") {
      return send(unsubscribePage(url.searchParams.get("token") ?? ""), outgoing);
    }
    if (this.#options.contract !== null && /^\/docs(\/|$)/.test(path)) {
      const { root, keys } = this.#options;
      const stack = { root, url: this.#url, publishableKey: keys.publishable_key };
      return send(await reference(path, stack), outgoing);
    }
    // The platform's own prefixes never lead to a page, whether or not something answers there.
    const isApi = /^\/(rest|auth|storage|functions|realtime|graphql)(\/|$)/.test(path);
    const { method = "GET", headers } = incoming;
    const page = isApi ? null : backends.console?.answer(method, path, headers.accept ?? "");
    return send(page ?? json(404, { message: "no Route matched with those values" }), outgoing);
  }

  async #storage(storage: Storage, incoming: IncomingMessage, url: URL): Promise<Response> {
    if (incoming.method === "OPTIONS") return preflight(incoming);
    const stripped = new URL(url);
    stripped.pathname = url.pathname.slice("/storage/v1".length);
    const request = toRequest(incoming, stripped);
    const caller = await storageCaller(request.headers, this.#options.keys, this.#tokens);
    if (caller === null) {
      return json(400, {
        statusCode: "403",
        error: "Unauthorized",
        message: "Invalid Compact JWS",
      });
    }
    const answer = await storage.handle(request, caller);
    return forAnyOrigin(answer);
  }

  /** What stands in place of an answer that breaks the contract; null for one that keeps it. */
  #breach(answer: Answer): Response | null {
    const problems = this.#options.contract?.problemsOf(answer) ?? [];
    if (problems.length === 0) return null;
    const { method, path, status } = answer;
    const message = `The answer breaks docs/openapi.json: ${method} ${path} answered ${status}.`;
    this.#options.log.write(`${message} ${problems.join("; ")}`);
    return json(500, { code: "contract_broken", message, details: problems });
  }

  /** Null for what the contract does not speak of: it streams on at once. */
  #holdOf(method: string, path: string): Hold | null {
    if (method === "OPTIONS" || !this.#options.contract?.covers(path)) return null;
    return async (status, incoming) => {
      const contentType = incoming.headers["content-type"] ?? "";
      const answer = { method, path, status, contentType, body: undefined };
      if (!contentType.startsWith("application/json")) return this.#breach(answer) ?? "streams";
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const sent = Buffer.concat(chunks);
      const text = plain(sent, incoming.headers["content-encoding"]).toString();
      return this.#breach({ ...answer, body: parsed(text) }) ?? sent;
    };
  }

  /** A function of the database may be asked for some columns, or for its row without the list: that is not what the contract speaks of. */
  async #heldRpc(answer: Response, incoming: IncomingMessage, url: URL): Promise<Response> {
    const { method = "GET", headers } = incoming;
    const contentType = answer.headers.get("content-type") ?? "";
    const isReshaped = url.searchParams.has("select") || headers.accept?.includes("vnd.pgrst");
    const isHeld =
      this.#options.contract?.covers(url.pathname) &&
      contentType.startsWith("application/json") &&
      (method === "POST" || method === "GET") &&
      !isReshaped;
    if (!isHeld) return answer;
    const text = await answer.text();
    const { status, headers: own } = answer;
    const held = { method, path: url.pathname, status, contentType, body: parsed(text) };
    return this.#breach(held) ?? new Response(text, { status, headers: own });
  }

  async #function(
    name: string,
    path: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const settings = this.#options.config.functions[name] ?? { enabled: true, verify_jwt: true };
    if (!settings.enabled || !hasFunction(name, this.#options.root)) {
      return send(
        json(404, { code: "NOT_FOUND", message: "Requested function was not found" }),
        outgoing,
      );
    }
    if (settings.verify_jwt && incoming.method !== "OPTIONS") {
      const refusal = await this.#refusal(incoming.headers.authorization);
      if (refusal !== null) return send(json(401, { code: 401, message: refusal }), outgoing);
    }
    const hold = this.#holdOf(incoming.method ?? "GET", `/functions/v1${path.split("?")[0]}`);
    return this.#proxy?.handle(name, path, incoming, outgoing, hold);
  }

  /** Why `verify_jwt` turns a request away; null when it does not. The new API keys are no tokens. */
  async #refusal(authorization: string | undefined): Promise<string | null> {
    if (authorization === undefined) return "Missing authorization header";
    const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return "Auth header is not 'Bearer {token}'";
    return (await this.#tokens.verify(token)) === null ? "Invalid JWT" : null;
  }
}
