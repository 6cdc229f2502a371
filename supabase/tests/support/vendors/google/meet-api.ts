import { googleError, page } from "./answers.ts";
import type { CloudArtifact, CloudConference, CloudParticipant, World } from "./world.ts";

export const MEET_SCOPE = "https://www.googleapis.com/auth/meetings.space.readonly";

function participantBody({ sessions, ...known }: CloudParticipant) {
  const ends = sessions.map(({ endTime }) => endTime);
  const isIn = ends.includes(undefined);
  return {
    ...known,
    earliestStartTime: sessions.map(({ startTime }) => startTime).sort()[0],
    ...(isIn
      ? {}
      : {
          latestEndTime: ends
            .filter((end) => end !== undefined)
            .sort()
            .at(-1),
        }),
  };
}

/** A recording has its file at Drive, a transcript at Docs. */
function artifactBody({ name, exportUri }: CloudArtifact) {
  if (exportUri === undefined) return { name, state: "ENDED" };
  const key = name.includes("/recordings/") ? "driveDestination" : "docsDestination";
  return { name, state: "FILE_GENERATED", [key]: { exportUri } };
}

function conferenceBody({ participants: _, artifacts: __, ...known }: CloudConference) {
  return { ...known, expireTime: "2099-01-01T00:00:00Z" };
}

/** Below a conference record: participants and their sessions, single or listed. */
function within(conference: CloudConference, path: string, url: URL): Response {
  if (path === conference.name) return Response.json(conferenceBody(conference));
  if (path === `${conference.name}/participants`) {
    const { items, ...rest } = page(conference.participants, url, { default: 100, max: 250 });
    const totalSize = conference.participants.length;
    return Response.json({ participants: items.map(participantBody), ...rest, totalSize });
  }
  for (const participant of conference.participants) {
    if (path === participant.name) return Response.json(participantBody(participant));
    if (path === `${participant.name}/participantSessions`) {
      const { items, ...rest } = page(participant.sessions, url, { default: 100, max: 250 });
      return Response.json({ participantSessions: items, ...rest });
    }
    const session = participant.sessions.find(({ name }) => name === path);
    if (session) return Response.json(session);
  }
  const artifact = conference.artifacts?.find(({ name }) => name === path);
  return artifact ? Response.json(artifactBody(artifact)) : googleError(404);
}

const FILTER = /space\.name ?= ?"(spaces\/[^"]+)"(?: AND start_time ?>= ?"([^"]+)")?/;

/** Meet REST v2: spaces by name or code, conference records, participants, sessions, recordings, transcripts; for the space's owner only. */
export function answerGoogleMeet(world: World, url: URL, subject: string): Response {
  const path = url.pathname.replace("/meet/v2/", "");
  const owns = (space: string) => world.spaces.get(space)?.owner === subject;
  if (path.startsWith("spaces/")) {
    const id = path.slice("spaces/".length);
    const space =
      world.spaces.get(path) ??
      [...world.spaces.values()].find(({ meetingCode }) => meetingCode === id.toLowerCase());
    if (!space) return googleError(404);
    const { owner: _, ...known } = space;
    return Response.json({ ...known, meetingUri: `https://meet.google.com/${space.meetingCode}` });
  }
  if (path === "conferenceRecords") {
    const [, space, since] = FILTER.exec(url.searchParams.get("filter") ?? "") ?? [];
    if (space === undefined) return googleError(400);
    if (!owns(space)) return googleError(403);
    const all = [...world.conferences.values()]
      .filter((one) => one.space === space && (!since || one.startTime >= since))
      .sort((a, b) => b.startTime.localeCompare(a.startTime));
    const { items, ...rest } = page(all, url, { default: 25, max: 100 });
    return Response.json({ conferenceRecords: items.map(conferenceBody), ...rest });
  }
  const conference = world.conferences.get(path.split("/").slice(0, 2).join("/"));
  if (!conference) return googleError(404);
  return owns(conference.space) ? within(conference, path, url) : googleError(403);
}
