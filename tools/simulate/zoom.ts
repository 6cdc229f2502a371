import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";

/** An event as Zoom sends it. */
export interface ZoomBody {
  event: string;
  event_ts: number;
  /** Opens the files of a recording for a day. */
  download_token?: string;
  payload: { account_id: string; object: Record<string, unknown> };
}

/** The headers that Zoom signs a body with, now or at another time. @see vendors' v0 scheme */
export function signZoom(body: string | Uint8Array, secret: string, at = new Date()) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const hmac = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body);
  return {
    "content-type": "application/json; charset=utf-8",
    "x-zm-request-timestamp": timestamp,
    "x-zm-signature": `v0=${hmac.digest("hex")}`,
  };
}

/** A participant as far as a test or a scene cares; the rest is what Zoom sends when it knows nothing. */
export interface ZoomParticipant {
  participant_uuid: string;
  /** Zoom's number of the entry, the same in the record; made from the uuid when left out. */
  user_id?: string;
  user_name?: string;
  email?: string;
  registrant_id?: string;
  customer_key?: string;
  participant_user_id?: string;
}

/** A file of a recording as far as a test or a scene cares. */
export interface ZoomFile {
  id: string;
  file_type: string;
  recording_type?: string;
  file_size?: number;
}

/** ISO 8601 to the second, as Zoom writes times. */
const seconds = (at: Date) => at.toISOString().replace(/\.\d+Z$/, "Z");

/** Zoom's number of a participant, as its events and its record tell it. */
export const numberInMeeting = (uuid: string): string =>
  String(16_000_000 + (createHash("sha256").update(uuid).digest().readUInt32BE(0) % 900_000));

/** Zoom's id of the account that hosts a meeting; here every meeting has an account of its own. */
export const hostIdOf = (meetingId: string): string =>
  createHash("sha256").update(`host of ${meetingId}`).digest("base64url").slice(0, 22);

/** One run of a Zoom meeting, as the maker of its events. */
export class ZoomRun {
  readonly uuid = randomBytes(16).toString("base64");
  readonly meetingId: string;
  readonly hostId: string;
  readonly startedAt: Date;

  constructor(meetingId: string, startedAt: Date) {
    this.meetingId = meetingId;
    this.hostId = hostIdOf(meetingId);
    this.startedAt = startedAt;
  }

  private event(event: string, at: Date, more: Record<string, unknown>): ZoomBody {
    return {
      event,
      event_ts: at.getTime(),
      payload: {
        account_id: "kQ2mWz7sTbWv3xUeRr0dPA",
        object: {
          id: this.meetingId,
          uuid: this.uuid,
          host_id: this.hostId,
          topic: "Algebra — group B",
          type: 8,
          start_time: seconds(this.startedAt),
          timezone: "Europe/Vienna",
          duration: 60,
          ...more,
        },
      },
    };
  }

  private presence(kind: "joined" | "left", key: string, one: ZoomParticipant, at: Date): ZoomBody {
    const participant = {
      user_id: numberInMeeting(one.participant_uuid),
      user_name: "",
      id: one.participant_user_id ?? "",
      email: "",
      participant_user_id: "",
      ...one,
      [key]: seconds(at),
    };
    return this.event(`meeting.participant_${kind}`, at, { participant });
  }

  started = (): ZoomBody => this.event("meeting.started", this.startedAt, {});
  ended = (at: Date): ZoomBody => this.event("meeting.ended", at, { end_time: seconds(at) });
  joined = (one: ZoomParticipant, at: Date): ZoomBody =>
    this.presence("joined", "join_time", one, at);
  /** Its host joins, signed in: the event that shows whose meeting it is. */
  opened = ({ name, email }: { name: string; email: string }, at = this.startedAt): ZoomBody =>
    this.joined(
      {
        participant_uuid: participantUuid(),
        user_name: name,
        email,
        participant_user_id: this.hostId,
      },
      at,
    );
  left = (one: ZoomParticipant, at: Date): ZoomBody => this.presence("left", "leave_time", one, at);

  /** The host switches the recording that began at `from`. Events of recordings have the meeting's number as a number. */
  recording(kind: "started" | "paused" | "resumed" | "stopped", from: Date, at: Date): ZoomBody {
    const recording_end = kind === "stopped" ? seconds(at) : "";
    const recording_file = { recording_start: seconds(from), recording_end };
    return this.event(`recording.${kind}`, at, { id: Number(this.meetingId), recording_file });
  }

  /** What happened to its files, `from` … `to`, with the addresses and the token that Zoom sends along. */
  recorded(
    files: readonly ZoomFile[],
    { from, to }: { from: Date; to: Date },
    at: Date,
    happened: "completed" | "trashed" | "recovered" = "completed",
  ): ZoomBody {
    const address = "https://zoom.example/rec";
    const token = randomBytes(24).toString("base64url");
    const recording_files = files.map((file) => ({
      ...file,
      meeting_id: this.uuid,
      recording_start: seconds(from),
      recording_end: seconds(to),
      play_url: `${address}/play/${file.id}`,
      download_url: `${address}/webhook_download/${file.id}?access_token=${token}`,
      status: "completed",
    }));
    const more = { id: Number(this.meetingId), share_url: `${address}/share/${token}` };
    const told = this.event(`recording.${happened}`, at, { ...more, recording_files });
    return { ...told, download_token: token };
  }
}

/** A key of one entry, as Zoom writes them. */
export const participantUuid = (): string => randomUUID().toUpperCase();
