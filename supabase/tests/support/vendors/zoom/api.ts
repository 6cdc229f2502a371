import { randomUUID } from "node:crypto";
import type { World } from "./world.ts";

/** An error as Zoom's API answers it; its sentences differ, so these say nothing. */
export function zoomError(status: number, code = status, retryAfter?: string): Response {
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return Response.json({ code, message: `Refused: ${code}.` }, { status, headers });
}

/** A uuid that begins with "/" or holds "//" is found only when it was encoded twice, as Zoom documents. */
function find<Known>(known: ReadonlyMap<string, Known>, segment: string): [string, Known] | null {
  const once = decodeURIComponent(segment);
  for (const [uuid, value] of known) {
    const isTwice = uuid.startsWith("/") || uuid.includes("//");
    if (once === (isTwice ? encodeURIComponent(uuid) : uuid)) return [uuid, value];
  }
  return null;
}

const ACTIONS = ["recording.start", "recording.stop", "recording.pause", "recording.resume"];

function answerControlOfMeeting(world: World, meetingId: string, body: string): Response {
  const isLive = world.meetings.get(meetingId)?.is_live;
  if (isLive === undefined) return zoomError(404, 3001);
  const { method } = JSON.parse(body);
  if (!isLive || !ACTIONS.includes(method)) return zoomError(400, 300);
  return new Response(null, { status: 202 });
}

/** A meeting and its host; the two answers have the address under different names. */
function answerMeeting(world: World, meetingId: string, isPast: boolean): Response {
  const meeting = world.meetings.get(meetingId);
  if (!meeting?.host || meeting.is_past !== isPast) return zoomError(404, 3001);
  const { id: host_id, email } = meeting.host;
  const address = isPast ? { user_email: email } : { host_email: email };
  return Response.json({ id: Number(meetingId), host_id, topic: "Algebra", ...address });
}

function answerRecordings(world: World, segment: string, query: URLSearchParams): Response {
  const found = find(world.recordings, segment);
  if (!found) return zoomError(404, 3301);
  const [uuid, { files, has_token }] = found;
  const isAsked = has_token && query.get("include_fields") === "download_access_token";
  return Response.json({
    uuid,
    recording_count: files.length,
    recording_files: files.map((file) => ({ ...file, status: "completed" })),
    ...(isAsked ? { download_access_token: `zoom-download-${randomUUID()}` } : {}),
  });
}

const MAX_PAGE = 300;

function answerParticipants(world: World, segment: string, query: URLSearchParams): Response {
  const found = find(world.past, segment);
  if (!found) return zoomError(404, 3001);
  const people = new Set(
    found[1].map(({ name, user_email, user_id }) => user_email || name || user_id),
  );
  // Documented: nothing at all when only one participant attended.
  const stays = people.size < 2 ? [] : found[1];
  const size = Math.min(Number(query.get("page_size") ?? 30), MAX_PAGE);
  const start = Number(
    Buffer.from(query.get("next_page_token") ?? "", "base64url").toString() || "0",
  );
  const next = start + size;
  return Response.json({
    page_size: size,
    total_records: stays.length,
    next_page_token: next < stays.length ? Buffer.from(String(next)).toString("base64url") : "",
    participants: stays.slice(start, next),
  });
}

/** Zoom's REST API below /v2, as far as it is used. */
export function answerApi(world: World, request: Request, body: string): Response {
  const url = new URL(request.url);
  const [, , family, segment = "", leaf] = url.pathname.split("/");
  const route = `${request.method} ${family} ${leaf}`;
  switch (route) {
    case "PATCH live_meetings events":
      return answerControlOfMeeting(world, segment, body);
    case "GET meetings recordings":
      return answerRecordings(world, segment, url.searchParams);
    case "GET meetings undefined":
      return answerMeeting(world, segment, false);
    case "GET past_meetings undefined":
      return answerMeeting(world, segment, true);
    case "GET past_meetings participants":
      return answerParticipants(world, segment, url.searchParams);
    default:
      return zoomError(404, 2300);
  }
}
