/** Google's resource names, which the events carry and the API takes. Ids are opaque. */
const ID = "[A-Za-z0-9_-]{1,255}";
const NAME = new RegExp(
  `^(?://meet\\.googleapis\\.com/)?((conferenceRecords/${ID})(?:/(participants/${ID}/participantSessions|recordings|transcripts|smartNotes)/${ID})?)$`,
);
const SPACE = /^\/\/meet\.googleapis\.com\/(spaces\/[A-Za-z0-9_-]{1,128})$/;

export interface ResourceName {
  /** Without the service's host. */
  readonly name: string;
  readonly conferenceRecord: string;
}

/** A conference record or something below it; undefined for anything else. */
export function readResourceName(text: unknown): ResourceName | undefined {
  const [, name, conferenceRecord] = (typeof text === "string" && NAME.exec(text)) || [];
  return name && conferenceRecord ? { name, conferenceRecord } : undefined;
}

/** `spaces/x` of a subscription's target; null when the subscription is to something else. */
export function spaceOf(subject: string | null): string | null {
  return SPACE.exec(subject ?? "")?.[1] ?? null;
}

const SUBSCRIPTION = /^\/\/workspaceevents\.googleapis\.com\/(subscriptions\/[^/\s]{1,255})$/;

/** `subscriptions/x` of what told an event; undefined when it was none. */
export const subscriptionOf = (source: string): string | undefined =>
  SUBSCRIPTION.exec(source)?.[1];

/** The participant that a session belongs to: a re-join is another session of the same. */
export function participantOf(sessionName: string): string {
  return sessionName.replace(/\/participantSessions\/[^/]*$/, "");
}

/** The conference that something belongs to. */
export function conferenceRecordOf(name: string): string {
  return name.split("/").slice(0, 2).join("/");
}

/** A resource's name as the path that it is: each part is checked where the address is made. */
export const segmentsOf = (name: string): string[] => name.split("/");
