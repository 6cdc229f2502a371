import {
  type DatabaseFailure,
  type Result,
  readError,
  type SwitchboardError,
} from "switchboard-client";

/** A refusal, thrown so that TanStack Query and error boundaries carry it. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly requestId: string | null;
  readonly details: unknown;

  constructor({ code, status, message, requestId, details }: SwitchboardError<string>) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.details = details;
  }
}

/** The data of an answer of the API; a refusal is thrown. */
export async function answer<Data>(asked: Promise<Result<Data, string>>): Promise<Data> {
  const { data, error } = await asked;
  if (error) throw new Refusal(error);
  return data;
}

interface TableAnswer<Data> {
  readonly data: Data;
  readonly error: DatabaseFailure | null;
  readonly status: number;
}

/** The rows of a table; a refusal is thrown. */
export async function rows<Data>(
  asked: PromiseLike<TableAnswer<Data>>,
): Promise<NonNullable<Data>> {
  const { data, error, status } = await asked;
  if (error) throw new Refusal(readError(error, status));
  // supabase-js answers null data together with an error only.
  return data as NonNullable<Data>;
}

/** Sends a change to a table; a refusal is thrown. */
export async function written(asked: PromiseLike<TableAnswer<unknown>>): Promise<void> {
  const { error, status } = await asked;
  if (error) throw new Refusal(readError(error, status));
}
