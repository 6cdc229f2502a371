import type { z } from "zod";
import { type JsonValue, parseJson } from "../core/json.ts";
import { storableJson } from "../core/text.ts";
import { type VendorPath, type VendorQuery, vendorAddress } from "./address.ts";
import { VendorError } from "./error.ts";

/** One vendor's REST API as its client needs to know it. */
export interface VendorClientOptions {
  /** Stands before every error code, such as `zoom` in `zoom_404`. */
  readonly vendor: string;
  /** With or without a trailing slash. */
  readonly baseUrl: string;
  /** The headers that authorise a request, e.g. a bearer token that is fetched and cached. */
  readonly authorize?: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** How long one request may take; 10 s unless told. */
  readonly timeoutMs?: number;
  /** The vendor's own code in an error body (`SERVICE_DISABLED`, `3001`): never its sentence, which may quote data. */
  readonly reasonOf?: (body: JsonValue | undefined) => string | undefined;
}

export interface VendorRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: VendorQuery;
  readonly json?: JsonValue;
  readonly form?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Sends one request and returns the parsed answer, in text that we can store; an empty body is undefined.
 * @throws VendorError for every answer but 2xx, for none in time, and for one of another shape
 */
export type VendorClient = <Answer>(
  path: VendorPath,
  answer: z.ZodType<Answer>,
  request: VendorRequest,
) => Promise<Answer>;

const TIMEOUT_MS = 10_000;
/** A page of a vendor's calls with all that was said in them is a few MiB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const MAX_WAIT_SECONDS = 86_400;

/** Retry-After as seconds or as a date, in whole seconds from now; undefined when it says nothing. */
export function retryAfterSeconds(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\s*\d+\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000;
  if (!Number.isFinite(seconds)) return undefined;
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_WAIT_SECONDS);
}

const REASON = /^[\w.-]{1,60}$/;

function failure(options: VendorClientOptions, response: Response, body: JsonValue | undefined) {
  const reason = options.reasonOf?.(body);
  const told = reason !== undefined && REASON.test(reason) ? reason : undefined;
  return new VendorError({
    code: [options.vendor, response.status, told].filter((part) => part !== undefined).join("_"),
    status: response.status,
    reason: told,
    body,
    retryAfterSeconds: retryAfterSeconds(response.headers.get("retry-after")),
  });
}

function contentOf({ json, form }: VendorRequest): { type?: string; body?: string } {
  if (json !== undefined) return { type: "application/json", body: JSON.stringify(json) };
  if (form === undefined) return {};
  return {
    type: "application/x-www-form-urlencoded",
    body: new URLSearchParams({ ...form }).toString(),
  };
}

/** The answer's text, counted while it arrives. */
async function textOf(response: Response, vendor: string): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new VendorError({ code: `${vendor}_answer_too_large` });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What people call themselves and others is in it, so any text may be. */
function readBody(text: string): JsonValue | undefined {
  const body = text === "" ? undefined : parseJson(text);
  return body === undefined ? undefined : storableJson(body);
}

/**
 * A client of one vendor's JSON API: authorisation, a timeout, errors as codes. Bodies are never
 * logged and never part of a message.
 * @example const meet = vendorClient({ vendor: "google", baseUrl: "https://meet.googleapis.com/v2", authorize });
 */
export function vendorClient(options: VendorClientOptions): VendorClient {
  const { vendor, baseUrl, authorize, timeoutMs = TIMEOUT_MS } = options;
  return async (path, answer, request) => {
    const address = vendorAddress(vendor, baseUrl, path, request.query);
    const headers = new Headers({
      accept: "application/json",
      ...(await authorize?.(request.signal)),
    });
    const { type, body: content } = contentOf(request);
    if (type !== undefined) headers.set("content-type", type);
    let response: Response;
    let text: string;
    try {
      response = await fetch(address, {
        method: request.method ?? "GET",
        headers,
        body: content ?? null,
        redirect: "manual",
        signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
      });
      text = await textOf(response, vendor);
    } catch (error) {
      if (request.signal.aborted || error instanceof VendorError) throw error;
      const isTimeout = error instanceof Error && error.name === "TimeoutError";
      throw new VendorError({ code: `${vendor}_${isTimeout ? "timeout" : "unreachable"}` });
    }
    const body = readBody(text);
    if (!response.ok) throw failure(options, response, body);
    const parsed = answer.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new VendorError({ code: `${vendor}_unexpected_answer` });
  };
}
