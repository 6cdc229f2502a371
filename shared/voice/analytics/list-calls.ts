import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { decodeCursor, encodeCursor } from "../../http/cursor.ts";
import type { Query } from "../../http/query.ts";

const Call = z.object({
  id: z.uuid(),
  called_at: z.string(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  direction: z.string(),
  status: z.string(),
  outcome: z.string().nullable(),
  ended_reason: z.string().nullable(),
  assistant_id: z.string().nullable(),
  assistant_name: z.string().nullable(),
  phone_number_id: z.string().nullable(),
  caller_number: z.string().nullable(),
  duration_seconds: z.number().nullable(),
  cost: z.number().nullable(),
  is_success: z.boolean().nullable(),
  summary: z.string().nullable(),
  has_recording: z.boolean(),
});

const Place = z.object({ called_at: z.string(), id: z.uuid() });
const Page = z.object({ calls: z.array(Call), next: Place.nullable() });
const Position = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);

/** Which calls: days of the caller's (or a named) zone, one assistant, outcome, direction, ended or not. */
export type CallFilter = ReturnType<typeof readFilter>;
type Place = z.infer<typeof Place>;

/** Reads `?from&to&tz&assistant_id&outcome&direction&ended` as the arguments of `public.list_calls`. */
export function readFilter({ optional }: Query) {
  const { call_direction: directions, call_outcome: outcomes } = Constants.public.Enums;
  const wanted = {
    p_from: optional.date("from"),
    p_to: optional.date("to"),
    p_tz: optional.text("tz", 100),
    p_assistant_id: optional.uuid("assistant_id"),
    p_outcome: optional.oneOf("outcome", outcomes),
    p_direction: optional.oneOf("direction", directions),
    p_is_ended: optional.flag("ended"),
  };
  return wanted;
}

/** The names of the parameters that `readFilter` reads. */
export const FILTERS = ["from", "to", "tz", "assistant_id", "outcome", "direction", "ended"];

/** One page after a place, and the place where the next one starts; null on the last. */
export async function pageOfCalls(db: Db, filter: CallFilter, limit: number, after: Place | null) {
  const args = {
    ...filter,
    p_limit: limit,
    p_after_called_at: after?.called_at,
    p_after_id: after?.id,
  };
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  return Page.parse(await rpc(db, "list_calls", given));
}

/**
 * The caller's calls, newest first: `{calls, next_cursor}`.
 * @throws ApiError 422 for a bad filter, limit or cursor
 */
export async function listCalls(db: Db, query: Query) {
  query.only(...FILTERS, "limit", "cursor");
  const filter = readFilter(query);
  const limit = query.integer("limit", { min: 1, max: 100, default: 50 });
  const cursor = query.optional.text("cursor");
  const position = cursor === undefined ? null : decodeCursor(Position, cursor);
  const after = position && { called_at: position[0], id: position[1] };
  const { calls, next } = await pageOfCalls(db, filter, limit, after);
  return { calls, next_cursor: next && encodeCursor([next.called_at, next.id]) };
}
