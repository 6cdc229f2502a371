import { ApiError } from "../core/api-error.ts";
import { EnvironmentError } from "../core/env.ts";
import { refusal } from "../core/errors.ts";
import { type AddToLog, describeError } from "../core/log.ts";
import type { Described } from "./route.ts";

/** The body of every refusal and failure. */
function errorResponse(error: ApiError, requestId: string): Response {
  const body: Record<string, unknown> = { code: error.code, message: error.message };
  if (error.details !== undefined) body.details = error.details;
  body.request_id = requestId;
  return Response.json(body, { status: error.status, headers: error.headers });
}

/** Whatever was thrown, as the error that answers it: an unknown one tells nothing of the inside. */
export function answerable(thrown: unknown, log: AddToLog): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof EnvironmentError) return thrown.answer();
  log(describeError(thrown));
  return refusal("internal");
}

/** The one place that turns a refusal or failure into a response. */
export function failed(thrown: unknown, requestId: string, log: AddToLog): Response {
  const error = answerable(thrown, log);
  log({ code: error.code, ...(error.reason === undefined ? {} : { reason: error.reason }) });
  return errorResponse(error, requestId);
}

/** A handler's result as a response: a Response as it is, nothing as 204, all else as JSON with the first status that was declared. */
export function succeeded(result: unknown, answers: Described["answers"]): Response {
  if (result instanceof ApiError) throw result;
  if (result instanceof Response) return result;
  if (result === undefined) return new Response(null, { status: 204 });
  // Keys that are numbers come in their order.
  return Response.json(result, { status: Number(Object.keys(answers)[0] ?? 200) });
}
