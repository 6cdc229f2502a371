import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { cursorOf, encodeCursor } from "../../http/cursor.ts";
import { flag, integer, text, uuid } from "../../http/query.ts";

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

type Place = z.infer<typeof Place>;

const { call_direction: directions, call_outcome: outcomes } = Constants.public.Enums;

const filters = {
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  tz: text(100).optional(),
  assistant_id: uuid.optional(),
  outcome: z.enum(outcomes).optional(),
  direction: z.enum(directions).optional(),
  ended: flag.optional(),
};

/** Which calls: days of the caller's (or a named) zone, one assistant, outcome, direction, ended or not. */
export const CallFilter = z.strictObject(filters);
export type CallFilter = z.output<typeof CallFilter>;

/** The query of `GET /analytics/calls`. */
export const CallsQuery = z.strictObject({
  ...filters,
  limit: integer(1, 100).default(50),
  cursor: cursorOf(Position).optional(),
});

/** One page after a place, and the place where the next one starts; null on the last. */
export async function pageOfCalls(db: Db, filter: CallFilter, limit: number, after: Place | null) {
  const args = {
    p_from: filter.from,
    p_to: filter.to,
    p_tz: filter.tz,
    p_assistant_id: filter.assistant_id,
    p_outcome: filter.outcome,
    p_direction: filter.direction,
    p_is_ended: filter.ended,
    p_limit: limit,
    p_after_called_at: after?.called_at,
    p_after_id: after?.id,
  };
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
  return Page.parse(await rpc(db, "list_calls", given));
}

/** The caller's calls, newest first: `{calls, next_cursor}`. */
export async function listCalls(db: Db, { limit, cursor, ...filter }: z.output<typeof CallsQuery>) {
  const after = cursor ? { called_at: cursor[0], id: cursor[1] } : null;
  const { calls, next } = await pageOfCalls(db, filter, limit, after);
  return { calls, next_cursor: next && encodeCursor([next.called_at, next.id]) };
}
