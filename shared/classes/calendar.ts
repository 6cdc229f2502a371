import { createHash } from "node:crypto";
import ICAL from "ical.js";
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
type CalendarClass = z.output<typeof CalendarClasses>[number];

/** A property of RFC 7265's jCal: name, parameters, type, value. */
type Property = readonly [string, Record<string, never>, string, string | number];

/** Text without what iCalendar cannot hold: the library leaves control characters and lone carriage returns as they are. */
const clean = (value: string) => value.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t]/gu, "");

const text = (name: string, value: string): Property => [name, {}, "text", clean(value)];
const time = (name: string, value: Date): Property => [
  name,
  {},
  "date-time",
  value.toISOString().replace(/\.\d+/, ""),
];

function event(of: CalendarClass) {
  const properties: Property[] = [
    text("uid", `${of.id}@switchboard`),
    ["sequence", {}, "integer", of.revision],
    // Without a METHOD this is when the class was revised.
    time("dtstamp", of.revised_at),
    time("last-modified", of.revised_at),
    time("created", of.created_at),
    time("dtstart", of.starts_at),
    time("dtend", of.ends_at),
    text("summary", of.title),
    text("status", of.is_cancelled ? "CANCELLED" : "CONFIRMED"),
  ];
  if (of.description !== null) properties.push(text("description", of.description));
  if (of.join_url !== null) {
    // Many programs show the place and not the address.
    properties.push(["url", {}, "uri", clean(of.join_url)], text("location", of.join_url));
  }
  return ["vevent", properties, []];
}

// The space that begins the rest of a line is one of the 75 bytes, which the library does not count.
ICAL.foldLength = 74;

/** How often a program is asked to look: the join link is there for 15 minutes before a class. */
const REFRESH = "PT5M";

/** Classes as iCalendar (RFC 5545), with times in UTC. */
function iCalendar(classes: readonly CalendarClass[]): string {
  const properties: Property[] = [
    text("version", "2.0"),
    text("prodid", "-//Switchboard//Classes//EN"),
    text("x-wr-calname", "Classes"),
    ["refresh-interval", {}, "duration", REFRESH],
    ["x-published-ttl", {}, "duration", REFRESH],
  ];
  return `${ICAL.stringify(["vcalendar", properties, classes.map(event)])}\r\n`;
}

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
    const body = iCalendar(CalendarClasses.parse(classes));
    const tag = `"${createHash("sha256").update(body).digest("base64url")}"`;
    const headers = { etag: tag, "cache-control": "private, no-cache" };
    if (isKnown(request, tag)) return new Response(null, { status: 304, headers });
    return new Response(body, {
      headers: { ...headers, "content-type": "text/calendar; charset=utf-8" },
    });
  },
});
