import { randomBytes } from "node:crypto";

/** A Pub/Sub push around an event of Google Workspace. */
export interface GoogleMeetPush {
  message: {
    attributes: Record<string, string>;
    data?: string;
    messageId: string;
    message_id: string;
    orderingKey: string;
    publishTime: string;
    publish_time: string;
  };
  subscription: string;
}

/** An opaque id as Google makes them. */
export const googleId = (bytes = 12): string => randomBytes(bytes).toString("base64url");

/** The push of any Workspace event; `data` null leaves it away. */
export function pushOf(event: {
  type: string;
  at: Date;
  subject: string;
  source?: string;
  id?: string;
  data: object | null;
}): GoogleMeetPush {
  const source = event.source ?? "//workspaceevents.googleapis.com/subscriptions/meet-spaces-demo";
  const messageId = String(Math.floor(Math.random() * 1e15));
  const published = new Date(event.at.getTime() + 650).toISOString();
  return {
    message: {
      attributes: {
        "ce-datacontenttype": "application/json",
        "ce-id": event.id ?? `spaces/x/spaceEvents/${googleId()}`,
        "ce-source": source,
        "ce-specversion": "1.0",
        "ce-subject": event.subject,
        // Google writes microseconds.
        "ce-time": event.at.toISOString().replace("Z", "000Z"),
        "ce-type": event.type,
      },
      ...(event.data === null
        ? {}
        : { data: Buffer.from(JSON.stringify(event.data)).toString("base64") }),
      messageId,
      message_id: messageId,
      orderingKey: source,
      publishTime: published,
      publish_time: published,
    },
    subscription: "projects/switchboard/subscriptions/meet-push",
  };
}

const MEET = "google.workspace.meet";

/** Makes the events of one conference in a Google Meet space. */
export class GoogleMeetRun {
  readonly record: string;
  readonly space: string;
  readonly startedAt: Date;

  constructor(space: string, startedAt: Date, record = `conferenceRecords/${googleId(24)}`) {
    this.space = space;
    this.startedAt = startedAt;
    this.record = record;
  }

  /** A name for a participant of this conference. */
  participant = (): string => `${this.record}/participants/${googleId()}`;
  /** A name for one entry of a participant. */
  session = (participant = this.participant()): string =>
    `${participant}/participantSessions/${googleId()}`;

  /** Any event of this conference, e.g. `event("recording.v2.started", at, { recording: { name } })`. */
  event(type: string, at: Date, data: object | null): GoogleMeetPush {
    const subject = `//meet.googleapis.com/${this.space}`;
    return pushOf({ type: `${MEET}.${type}`, at, subject, data });
  }

  private conference(happened: "started" | "ended", at: Date): GoogleMeetPush {
    return this.event(`conference.v2.${happened}`, at, { conferenceRecord: { name: this.record } });
  }

  started = (): GoogleMeetPush => this.conference("started", this.startedAt);
  ended = (at: Date): GoogleMeetPush => this.conference("ended", at);
  joined = (session: string, at: Date): GoogleMeetPush =>
    this.event("participant.v2.joined", at, { participantSession: { name: session } });
  left = (session: string, at: Date): GoogleMeetPush =>
    this.event("participant.v2.left", at, { participantSession: { name: session } });
}
