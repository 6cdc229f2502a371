import { type AddToLog, type LogFields, writeLog } from "../core/log.ts";
import { requestIdOf } from "./request-id.ts";
import { failed } from "./respond.ts";
import { functionNameOf } from "./routes.ts";

/** What every request has, whoever sent it. */
export interface Observed {
  readonly requestId: string;
  readonly log: AddToLog;
}

/**
 * The outermost layer of every function: a request id that is echoed, one log line, a 500 that
 * tells nothing for whatever nobody caught, and headers that keep browsers from guessing types and storing answers.
 */
export function observe(
  answer: (request: Request, observed: Observed) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request);
    const fields: Record<string, LogFields[string]> = {
      id: requestId,
      function: functionNameOf(new URL(request.url)).slice(0, 64),
      method: request.method,
    };
    const log: AddToLog = (more) => Object.assign(fields, more);
    const response = await answer(request, { requestId, log }).catch((error: unknown) =>
      failed(error, requestId, log),
    );
    response.headers.set("x-request-id", requestId);
    response.headers.set("x-content-type-options", "nosniff");
    // What is answered is one person's, or one moment's.
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    writeLog({ ...fields, status: response.status, ms: Math.round(performance.now() - startedAt) });
    return response;
  };
}
