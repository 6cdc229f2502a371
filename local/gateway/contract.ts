import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface Schema {
  [keyword: string]: unknown;
}

interface OpenApiResponse {
  readonly content?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** An answer that is about to be given. */
export interface Answer {
  readonly method: string;
  /** From the root of the gateway, without the query string. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  /** Undefined for what is not JSON. */
  readonly body: unknown;
}

/** The document's answers are open for the sake of clients that are older than a field; here a field that is not named is a fault. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, closed(value)]);
  const isOpen = "properties" in node && !("additionalProperties" in node);
  return Object.fromEntries(isOpen ? [...entries, ["additionalProperties", false]] : entries);
}

const ROOT = "contract";

/** A JSON pointer's segment. */
const escaped = (segment: string) =>
  encodeURIComponent(segment.replaceAll("~", "~0").replaceAll("/", "~1"));

function matches(parts: readonly string[], segments: readonly string[]): boolean {
  return (
    parts.length === segments.length &&
    parts.every((part, index) => part.startsWith("{") || part === segments[index])
  );
}

/** Our own refusals over PostgREST, by their code; others are Postgres' and PostgREST's. */
function codeOf(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("code" in body)) return undefined;
  const isOverRest = "hint" in body;
  if (!isOverRest) return body.code;
  return /^PT\d{3}$/.test(String(body.code)) ? body.hint : undefined;
}

/** The platform's refusals have a message alone. */
const isOfThePlatform = (body: unknown) =>
  typeof body === "object" && body !== null && "message" in body && !("code" in body);

/** Holds what the endpoints and functions of the database answer to `docs/openapi.json`. */
export class Contract {
  readonly #paths: Document["paths"];
  readonly #withParameters: readonly (readonly [template: string, parts: readonly string[]])[];
  readonly #ajv = new Ajv2020({ strict: false });

  private constructor(document: Document) {
    this.#paths = document.paths;
    this.#withParameters = Object.keys(document.paths)
      .filter((path) => path.includes("{"))
      .map((template) => [template, template.split("/")]);
    addFormats.default(this.#ajv);
    this.#ajv.addSchema({ $id: ROOT, ...(closed(document) as object) });
  }

  /** The contract of a project; null for one that has none. */
  static of(root: string): Contract | null {
    const file = join(root, "docs", "openapi.json");
    return existsSync(file) ? new Contract(JSON.parse(readFileSync(file, "utf8"))) : null;
  }

  /** Whether the contract speaks of that path at all. */
  covers(path: string): boolean {
    return this.#templateOf(path) !== undefined;
  }

  #templateOf(path: string): string | undefined {
    // Fixed segments win over parameters.
    if (Object.hasOwn(this.#paths, path)) return path;
    const segments = path.split("/");
    return this.#withParameters.find(([, parts]) => matches(parts, segments))?.[0];
  }

  /** What is wrong with an answer; empty if nothing is. */
  problemsOf(answer: Answer): string[] {
    const template = this.#templateOf(answer.path);
    if (template === undefined) return [];
    const isRpc = template.startsWith("/rest/v1/rpc/");
    const method = isRpc ? "post" : answer.method.toLowerCase();
    const operation = this.#paths[template]?.[method];
    if (operation === undefined) return [];
    const { status } = answer;
    const response = operation.responses[status] ?? operation.responses.default;
    if (response === undefined) return [`names no status ${status}`];
    const place = operation.responses[status] ? String(status) : "default";
    if (status >= 400) return this.#problemsOfRefusal(answer, response, isRpc);
    const type = answer.contentType.split(";")[0] ?? "";
    const content = Object.keys(response.content ?? {});
    if (content.length === 0) return [];
    const named = content.find((each) => each === type || each === type.replace(/\/.*/, "/*"));
    if (named === undefined) return [`names no ${type || "empty answer"} for ${status}`];
    if (answer.body === undefined) return [];
    const pointer = ["paths", template, method, "responses", place, "content", named, "schema"];
    return this.#validate(pointer.map(escaped).join("/"), answer.body);
  }

  #problemsOfRefusal(
    { status, body }: Answer,
    response: OpenApiResponse,
    isRpc: boolean,
  ): string[] {
    // Without an API key the platform itself refuses, before PostgREST sees the request.
    if (isRpc && status === 401 && isOfThePlatform(body)) return [];
    const envelope = isRpc ? "DatabaseError" : "Error";
    const problems = this.#validate(`components/schemas/${envelope}`, body);
    const code = codeOf(body);
    if (problems.length > 0 || code === undefined) return problems;
    const named = JSON.stringify(response.content?.["application/json"] ?? {});
    return named.includes(`"${code}"`) ? [] : [`names no code ${code} for ${status}`];
  }

  #validate(pointer: string, body: unknown): string[] {
    const validate: ValidateFunction | undefined = this.#ajv.getSchema(`${ROOT}#/${pointer}`);
    if (validate === undefined) throw new Error(`The contract has no schema at ${pointer}.`);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath || "the answer"} ${message} ${JSON.stringify(params)}`,
    );
  }
}
