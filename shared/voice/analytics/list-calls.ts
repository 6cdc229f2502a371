import { z } from "zod";
import { Constants } from "../../../supabase/database.types.ts";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { cursorOf, encodeCursor } from "../../http/cursor.ts";
import { flag, integer, text, uuid } from "../../http/fields.ts";
import type { Schemas } from "../../http/route.ts";
import { userRoute } from "../../http/with-user.ts";

const Position = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);

const { call_direction: directions, call_outcome: outcomes } = Constants.public.Enums;

const filters = {
  from: z.iso.date().optional().describe("Calls from this day on."),
  to: z.iso.date().optional().describe("Calls until the end of this day."),
  tz: text(100)
    .optional()
    .describe("The IANA time zone of the days; the caller's own unless said."),
  assistant_id: uuid.optional().describe("Calls of this assistant alone."),
  outcome: z.enum(outcomes).optional(),
  direction: z.enum(directions).optional(),
  ended: flag.optional().describe("Calls that are over, or those that are not."),
};

/** Which calls: days of the caller's (or a named) zone, one assistant, outcome, direction, ended or not. */
export const CallFilter = z.strictObject(filters);
export type CallFilter = z.output<typeof CallFilter>;

/** Where a page of calls begins; null for the first. */
type Place = Schemas["CallList"]["next"];

/** One page after a place, and the place where the next one starts; null on the last. */
export async function pageOfCalls(db: Db, filter: CallFilter, limit: number, after: Place) {
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
  return await rpc(db, "list_calls", given);
}

/** The caller's calls, newest first. */
export const listCalls = userRoute("GET /analytics/calls", {
  summary: "A page of the caller's calls, newest first",
  query: z.strictObject({
    ...filters,
    limit: integer(1, 100).default(50).describe("Calls on the page."),
    cursor: cursorOf(Position).optional().describe("The `next_cursor` of the page before."),
  }),
  answers: { 200: "CallsPage" },
  rpcs: ["list_calls"],
  handle: async ({ db, query: { limit, cursor, ...filter } }) => {
    const after = cursor ? { called_at: cursor[0], id: cursor[1] } : null;
    const { calls, next } = await pageOfCalls(db, filter, limit, after);
    return { calls, next_cursor: next && encodeCursor([next.called_at, next.id]) };
  },
});
