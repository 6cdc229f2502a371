import ICAL from "ical.js";

/** A class as a calendar shows it. */
export interface CalendarClass {
  id: string;
  title: string;
  description: string | null;
  starts_at: Date;
  ends_at: Date;
  is_cancelled: boolean;
  /** How often a calendar had to learn of a change. */
  revision: number;
  revised_at: Date;
  created_at: Date;
  /** Only while the class can be joined. */
  join_url: string | null;
}

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
export function iCalendar(classes: readonly CalendarClass[]): string {
  const properties: Property[] = [
    text("version", "2.0"),
    text("prodid", "-//Switchboard//Classes//EN"),
    text("x-wr-calname", "Classes"),
    ["refresh-interval", {}, "duration", REFRESH],
    ["x-published-ttl", {}, "duration", REFRESH],
  ];
  return `${ICAL.stringify(["vcalendar", properties, classes.map(event)])}\r\n`;
}
