import type { Database } from "../../supabase/database.types.ts";
import type { Db } from "../core/db.ts";
import { refusal } from "../core/errors.ts";
import { type DatabaseFailure, fromDatabase, isWorthRetrying } from "./map-error.ts";

interface Answer<Data> {
  readonly data: Data;
  readonly error: Omit<DatabaseFailure, "status"> | null;
  readonly status: number;
}

/** A supabase-js request that has not been sent yet: `() => db.from("plans").select()`. */
interface Attempt<Data> extends PromiseLike<Answer<Data>> {
  retry?(enabled: boolean): unknown;
}

type Functions = Database["public"]["Functions"];

/** A function of the public API by name. */
export type FunctionName = keyof Functions & string;
export type FunctionArgs<Name extends FunctionName> = Functions[Name]["Args"];
export type FunctionResult<Name extends FunctionName> = Functions[Name]["Returns"];

async function send<Data>(attempt: () => Attempt<Data>): Promise<Answer<Data>> {
  const request = attempt();
  // The library repeats reads for up to seven seconds; a caller is better served by a prompt 503.
  request.retry?.(false);
  return await request;
}

/**
 * Sends one request and returns its data; a serialization failure or deadlock is sent once more.
 * Data may be null: no row for `maybeSingle`, a `void` function.
 * @throws ApiError mapped by SQLSTATE and hint, see `fromDatabase`
 */
export async function callMaybe<Data>(attempt: () => Attempt<Data>): Promise<Data> {
  let answer = await send(attempt);
  if (answer.error && isWorthRetrying({ ...answer.error, status: answer.status })) {
    answer = await send(attempt);
  }
  if (answer.error) throw fromDatabase({ ...answer.error, status: answer.status });
  return answer.data;
}

/**
 * The same for a request that must find something: null data is a 404.
 * @example const ticket = await call(() => db.from("support_tickets").select("id, status").eq("id", id).single());
 */
export async function call<Data>(attempt: () => Attempt<Data>): Promise<NonNullable<Data>> {
  const data = await callMaybe(attempt);
  if (data === null || data === undefined) throw refusal("not_found");
  return data;
}

/**
 * Calls a function of the public API that takes arguments (without any: `call(() => db.rpc(name))`): one use case, one transaction.
 * @param signal gives up waiting (503); the transaction may still commit, so the call must bear repetition
 * @example const thread = await rpc(db, "ticket_thread", { p_ticket_id: ticketId });
 */
export async function rpc<Name extends FunctionName>(
  db: Db,
  name: Name,
  args: FunctionArgs<Name>,
  signal?: AbortSignal,
): Promise<FunctionResult<Name>> {
  return await callMaybe<FunctionResult<Name>>(() => {
    const request = db.rpc(name, args);
    return signal ? request.abortSignal(signal) : request;
  });
}
