import { createHash } from "node:crypto";
import { z } from "zod";
import { rpc } from "../db/call.ts";
import { anyoneRoute } from "../http/with-anyone.ts";

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const CalendarClasses = z.array(
  z.object({
    id: z.uuid(),
    title: z.string(),
    description: z.string().nullable(),
    starts_at: instant,
    ends_at: instant,
    is_cancelled: z.boolean(),
    revision: z.int(),
    revised_at: instant,
    created_at: instant,
    join_url: z.string().nullable(),
  }),
);

/** Whether the caller has this already; a proxy that compresses may have made the tag a weak one. */
function isKnown(request: Request, tag: string): boolean {
  const known = request.headers.get("if-none-match") ?? "";
  return known.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
}

/** What a calendar program subscribes to. The token is the right to read. */
export const readCalendar = anyoneRoute("GET /calendar", {
  summary: "A person's classes as iCalendar, by their secret link",
  description:
    "For calendar programs, which have no sign-in. 304 if `If-None-Match` names what would be answered.",
  query: z.object({ token: z.string().min(1).max(200).describe("From `create_calendar_link`.") }),
  answers: { 200: "text/calendar", 304: null },
  refuses: ["calendar_link_not_valid", "rate_limited"],
  handle: async ({ request, query, service }) => {
    const classes = await rpc(service(), "read_calendar", { p_token: query.token });
    // The function starts without the library; the first calendar that is read loads it.
    const { iCalendar } = await import("./icalendar.ts");
    const body = iCalendar(CalendarClasses.parse(classes));
    const tag = `"${createHash("sha256").update(body).digest("base64url")}"`;
    const headers = { etag: tag, "cache-control": "private, no-cache" };
    if (isKnown(request, tag)) return new Response(null, { status: 304, headers });
    return new Response(body, {
      headers: { ...headers, "content-type": "text/calendar; charset=utf-8" },
    });
  },
});
