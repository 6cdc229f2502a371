import { z } from "zod";
import type { VendorClient } from "../../../vendor/client.ts";
import { vendorLink } from "../../../vendor/link.ts";
import { id, text, time } from "../../fields.ts";
import { zoomHosts } from "../env.ts";

/** A uuid as a segment of a path: one that begins with "/" or holds "//" has to be encoded twice, says Zoom. */
const uuidSegment = (uuid: string): string =>
  uuid.startsWith("/") || uuid.includes("//") ? encodeURIComponent(uuid) : uuid;

export type RecordingAction = "start" | "stop" | "pause" | "resume";

/** Asks a live meeting to record; 202 says that Zoom heard it, the recording.* event that it did it. */
export async function controlRecording(
  zoom: VendorClient,
  meetingId: string,
  action: RecordingAction,
  signal: AbortSignal,
): Promise<void> {
  // Successes have an empty body.
  await zoom(["live_meetings", meetingId, "events"], z.unknown(), {
    method: "PATCH",
    json: { method: `recording.${action}` },
    signal,
  });
}

const Links = z.object({
  // Zoom refuses with 200, too: {"code": 200} is "no permission".
  code: z.undefined().optional(),
  download_access_token: z.string().nullish(),
  recording_files: z
    .array(z.object({ id: z.string().nullish(), download_url: z.string().nullish() }))
    .default([]),
  participant_audio_files: z
    .array(z.object({ id: z.string().nullish(), download_url: z.string().nullish() }))
    .nullish(),
});

/**
 * Where the files of an instance can be fetched now, by file id. The token in each link ends after `ttlSeconds`; without a
 * token an address leads to Zoom's sign-in, so there is no link then.
 */
export async function recordingLinks(
  zoom: VendorClient,
  uuid: string,
  ttlSeconds: number,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const answer = await zoom(["meetings", uuidSegment(uuid), "recordings"], Links, {
    query: { include_fields: "download_access_token", ttl: ttlSeconds },
    signal,
  });
  const links = new Map<string, string>();
  const token = answer.download_access_token;
  if (!token) return links;
  for (const file of [...answer.recording_files, ...(answer.participant_audio_files ?? [])]) {
    const url = vendorLink(file.download_url, zoomHosts());
    if (!file.id || !url) continue;
    url.searchParams.set("access_token", token);
    links.set(file.id, url.href);
  }
  return links;
}

/** The account that hosts a meeting. */
export interface MeetingHost {
  readonly key: string;
  readonly address: string;
}

const hostOf = (key: string | null, address: string | null): MeetingHost | null =>
  key === null || address === null ? null : { key, address };

const Meeting = z
  .object({ host_id: id, host_email: text })
  .transform(({ host_id, host_email }) => hostOf(host_id, host_email));
const PastMeeting = z
  .object({ host_id: id, user_email: text })
  .transform(({ host_id, user_email }) => hostOf(host_id, user_email));

/** Who hosts a meeting that is planned or runs; null when Zoom does not say. @throws VendorError 404 for others */
export const getMeetingHost = (zoom: VendorClient, meetingId: string, signal: AbortSignal) =>
  zoom(["meetings", meetingId], Meeting, { signal });

/** Who hosted the last run of a meeting. @throws VendorError 404 when it has not ended */
export const getPastMeetingHost = (zoom: VendorClient, meetingId: string, signal: AbortSignal) =>
  zoom(["past_meetings", meetingId], PastMeeting, { signal });

const Stay = z.object({
  id,
  user_id: id,
  name: text,
  user_email: text,
  registrant_id: id,
  join_time: time,
  leave_time: time,
  status: text,
});
export type Stay = z.infer<typeof Stay>;
const StayPage = z.object({
  participants: z.array(Stay).default([]),
  next_page_token: z.string().optional(),
});

const STAYS_PER_PAGE = 300;

/** One page of who was in an instance that has ended, a row per stay. Before the end, and for a while after it: 404 with code 3001. */
export const listPastParticipants = (
  zoom: VendorClient,
  uuid: string,
  pageToken: string | undefined,
  signal: AbortSignal,
) =>
  zoom(["past_meetings", uuidSegment(uuid), "participants"], StayPage, {
    query: { page_size: STAYS_PER_PAGE, next_page_token: pageToken },
    signal,
  });
