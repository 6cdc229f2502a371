import type { SupabaseClient } from "@supabase/supabase-js";
import type { Answer, Args, CodeOf, EndpointName, Operation, RpcName } from "./contract.ts";
import {
  type Result,
  type ResultOf,
  readError,
  readFunctionError,
  readResponse,
  type SwitchboardError,
} from "./error.ts";

/** What a program may choose. */
export interface Options {
  /** How many times a request is tried again that is refused with Retry-After; never unless said. */
  readonly retries?: number;
  /** The longest Retry-After in seconds that is waited for; 60 unless said. */
  readonly maxWait?: number;
  /** Ends what is on its way, waiting included, with the code `network`. */
  readonly signal?: AbortSignal;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface Request {
  readonly method?: Method;
  readonly query?: object | undefined;
  readonly body?: object;
  readonly idempotencyKey?: string | undefined;
  /** Whether doing it twice is doing it once, though it is a POST without a key. */
  readonly isRepeatable?: boolean;
  /** Whether it is sent even after the program's signal: it tidies up. */
  readonly isTidying?: boolean;
}

/** A path of an endpoint; ids are encoded. */
export function path(parts: TemplateStringsArray, ...ids: readonly string[]): string {
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

function search(query: object | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value != null);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}

/** A failure of an operation with these codes. */
export const failed = <Code extends string>(error: SwitchboardError) => ({
  data: null,
  // An operation answers with the codes that the contract names for it, as the tests of the backend hold.
  error: error as SwitchboardError<Code>,
});

/** Waits until the time is over or the signal comes. */
function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done);
  });
}

/** Sends requests through the caller's supabase-js client and reads each refusal. */
export function caller(supabase: SupabaseClient, { retries = 0, maxWait = 60, signal }: Options) {
  /** A 429 did nothing, so it may always be repeated; a 503 only says so of what is harmless twice. */
  async function retrying<Data, Code extends string>(
    isRepeatable: boolean,
    attempt: () => Promise<Result<Data, Code>>,
  ): Promise<Result<Data, Code>> {
    for (let left = retries; ; left -= 1) {
      const result = await attempt();
      const { status, retryAfter } = result.error ?? {};
      const isRefused = status === 429 || (status === 503 && isRepeatable);
      const isWorthIt = isRefused && retryAfter !== undefined && retryAfter <= maxWait && left > 0;
      if (!isWorthIt || signal?.aborted) return result;
      await wait(retryAfter, signal);
    }
  }

  /** Calls an endpoint. */
  function invoke<Name extends EndpointName, Data = Answer<Name>>(
    address: string,
    { method = "GET", query, body, idempotencyKey, isRepeatable, isTidying }: Request = {},
  ): Promise<ResultOf<Name, Data>> {
    const headers = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
    return retrying<Data, CodeOf<Name>>(
      isRepeatable ?? (method !== "POST" || idempotencyKey !== undefined),
      async () => {
        const { data, error } = await supabase.functions.invoke(address + search(query), {
          method,
          headers,
          ...(signal === undefined || isTidying ? {} : { signal }),
          ...(body === undefined ? {} : { body: { ...body } }),
        });
        if (error) return failed<CodeOf<Name>>(await readFunctionError(error));
        return { data: data === "" ? null : data, error: null };
      },
    );
  }

  /** Calls a function of the database. */
  function rpc<Name extends RpcName>(
    name: Name,
    args?: Args<Name>,
  ): Promise<ResultOf<Name, Answer<Name>>> {
    const named = Object.entries(args ?? {}).map(([key, value]) => [`p_${key}`, value]);
    return retrying<Answer<Name>, CodeOf<Name>>(false, async () => {
      const request = supabase.rpc(name, Object.fromEntries(named));
      const { data, error, status } = await (signal ? request.abortSignal(signal) : request);
      return error ? failed<CodeOf<Name>>(readError(error, status)) : { data, error: null };
    });
  }

  /** An endpoint's answer as bytes, which `functions.invoke` reads as text. */
  function download<Name extends EndpointName>(address: string): Promise<ResultOf<Name, Blob>> {
    return retrying<Blob, CodeOf<Name>>(true, async () => {
      const { functions } = supabase;
      const send: unknown = Reflect.get(functions, "fetch");
      const url = `${Reflect.get(functions, "url")}/${address}`;
      const headers: unknown = Reflect.get(functions, "headers");
      try {
        const response = await (send as typeof fetch)(url, {
          headers: headers as HeadersInit,
          ...(signal === undefined ? {} : { signal }),
        });
        if (!response.ok) return failed<CodeOf<Name>>(await readResponse(response));
        return { data: await response.blob(), error: null };
      } catch (error) {
        return failed<CodeOf<Name>>(await readFunctionError(error));
      }
    });
  }

  return { invoke, rpc, download, retrying, signal };
}

/** What a group of methods calls with. */
export type Caller = ReturnType<typeof caller>;

/** The codes of several operations that one method does. */
export type CodesOf<Names extends Operation> = { [Name in Names]: CodeOf<Name> }[Names];
