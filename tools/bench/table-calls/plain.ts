import { createAdminClient } from "@supabase/server/core";

/** The client of all functions of this folder, which know no types of their tables. */
export const db = createAdminClient();

interface Answer<Data> {
  data: Data;
  error: { message: string } | null;
}

/** Fails the request with a failed call. */
export function done({ error }: Answer<unknown>): void {
  if (error) throw new Error(error.message);
}

/** The rows of an answer. */
export function must<Data>(answer: Answer<Data>): NonNullable<Data> {
  done(answer);
  if (answer.data === null || answer.data === undefined) throw new Error("no row");
  return answer.data;
}

export const applied = () => Response.json({ status: "applied" });

/** Whether a request carries what only the provider knows; such products compare a header. */
export const isSigned = (request: Request, header: string) => request.headers.has(header);
