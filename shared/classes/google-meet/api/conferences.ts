import { z } from "zod";
import type { VendorClient } from "../../../vendor/client.ts";
import { vendorLink } from "../../../vendor/link.ts";
import { text, time } from "../../fields.ts";
import { driveHosts } from "../env.ts";
import { segmentsOf } from "../names.ts";

const spaceName = z.string().regex(/^spaces\/[A-Za-z0-9_-]{1,128}$/);

const Conference = z.object({
  name: z.string(),
  /** Null when what Google says is not to be believed. */
  startTime: time,
  /** Null while it runs. */
  endTime: time,
  space: spaceName,
});
export type Conference = z.infer<typeof Conference>;

const named = z.object({ displayName: text });
const Participant = z.object({
  name: z.string(),
  signedinUser: named.extend({ user: z.string() }).nullish(),
  anonymousUser: named.nullish(),
  phoneUser: named.nullish(),
});
export type Participant = z.infer<typeof Participant>;

const Session = z.object({ name: z.string(), startTime: time, endTime: time });
export type Session = z.infer<typeof Session>;

const ParticipantPage = z.object({
  participants: z.array(Participant).default([]),
  nextPageToken: z.string().optional(),
});
const SessionPage = z.object({
  participantSessions: z.array(Session).default([]),
  nextPageToken: z.string().optional(),
});
const ConferencePage = z.object({
  conferenceRecords: z.array(Conference).default([]),
  nextPageToken: z.string().optional(),
});
const Space = z.object({ name: spaceName });
const exported = z.object({ exportUri: text }).nullish();
const Artifact = z.object({ driveDestination: exported, docsDestination: exported });

const PARTICIPANTS_PER_PAGE = 50;
const SESSIONS_PER_PAGE = 250;
const CONFERENCES_PER_PAGE = 100;

/** @throws VendorError, as all of these do */
export const getConference = (meet: VendorClient, name: string, signal: AbortSignal) =>
  meet(segmentsOf(name), Conference, { signal });

export const getParticipant = (meet: VendorClient, name: string, signal: AbortSignal) =>
  meet(segmentsOf(name), Participant, { signal });

export const getSession = (meet: VendorClient, name: string, signal: AbortSignal) =>
  meet(segmentsOf(name), Session, { signal });

/** `spaces/x` of a meeting code: an alias that may be another space's tomorrow. */
export const getSpace = (meet: VendorClient, code: string, signal: AbortSignal) =>
  meet(["spaces", code], Space, { signal });

/** Where a recording or transcript can be seen in a browser, by those whom Drive lets in; null before its file is there. */
export async function getExportUri(
  meet: VendorClient,
  name: string,
  signal: AbortSignal,
): Promise<string | null> {
  const { driveDestination, docsDestination } = await meet(segmentsOf(name), Artifact, {
    signal,
  });
  const told = driveDestination?.exportUri ?? docsDestination?.exportUri;
  return vendorLink(told, driveHosts())?.href ?? null;
}

/** One page of a conference's participants; small enough that what it costs fits into one run of a task. */
export const listParticipants = (
  meet: VendorClient,
  conference: string,
  pageToken: string | undefined,
  signal: AbortSignal,
) =>
  meet([...segmentsOf(conference), "participants"], ParticipantPage, {
    query: { pageSize: PARTICIPANTS_PER_PAGE, pageToken },
    signal,
  });

/** Every session of a participant. */
export async function listSessions(
  meet: VendorClient,
  participant: string,
  signal: AbortSignal,
): Promise<Session[]> {
  const sessions: Session[] = [];
  let pageToken: string | undefined;
  do {
    const query = { pageSize: SESSIONS_PER_PAGE, pageToken };
    const page = await meet([...segmentsOf(participant), "participantSessions"], SessionPage, {
      query,
      signal,
    });
    sessions.push(...page.participantSessions);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return sessions;
}

/** Every conference of a space that started at a time or later, newest first. */
export async function listConferences(
  meet: VendorClient,
  { space, since }: { readonly space: string; readonly since: string },
  signal: AbortSignal,
): Promise<Conference[]> {
  const conferences: Conference[] = [];
  const filter = `space.name = "${space}" AND start_time >= "${since}"`;
  let pageToken: string | undefined;
  do {
    const query = { filter, pageSize: CONFERENCES_PER_PAGE, pageToken };
    const page = await meet(["conferenceRecords"], ConferencePage, { query, signal });
    conferences.push(...page.conferenceRecords);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return conferences;
}
