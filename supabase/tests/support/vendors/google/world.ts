import { randomUUID } from "node:crypto";

/** One stay of one device, as the Meet API tells it. */
export interface CloudSession {
  readonly name: string;
  readonly startTime: string;
  readonly endTime?: string;
}

/** Who took part: exactly one of a Google account, a guest with a name, a telephone. */
export interface CloudParticipant {
  readonly name: string;
  readonly signedinUser?: { readonly user: string; readonly displayName: string };
  readonly anonymousUser?: { readonly displayName: string };
  readonly phoneUser?: { readonly displayName: string };
  readonly sessions: readonly CloudSession[];
}

/** A recording or transcript; without an address while its file is not there yet. */
export interface CloudArtifact {
  readonly name: string;
  readonly exportUri?: string;
}

export interface CloudConference {
  readonly name: string;
  readonly space: string;
  readonly startTime: string;
  readonly endTime?: string;
  readonly participants: readonly CloudParticipant[];
  readonly artifacts?: readonly CloudArtifact[];
}

export interface CloudSpace {
  readonly name: string;
  readonly meetingCode: string;
  /** The Workspace address of its owner, the only one who may read it. */
  readonly owner: string;
}

export interface CloudUser {
  /** As in `users/<id>`. */
  readonly id: string;
  readonly primaryEmail: string;
  readonly aliases?: readonly string[];
}

export interface CloudSubscription {
  name: string;
  targetResource: string;
  eventTypes: string[];
  notificationEndpoint: { pubsubTopic: string };
  state: "ACTIVE" | "SUSPENDED" | "DELETED";
  suspensionReason?: string;
  expireTime: string;
  authority: string;
}

/** What a test puts into Google: names of its own, so that files do not disturb each other. */
export interface CloudFacts {
  readonly spaces?: readonly CloudSpace[];
  readonly conferences?: readonly CloudConference[];
  readonly users?: readonly CloudUser[];
}

/** A failure on demand, for requests whose line `<METHOD> <path>?<query> as <address>` contains `match`. */
export interface CloudFailure {
  readonly match: string;
  readonly status: number;
  readonly reason?: string;
  readonly retryAfter?: string;
  /** How often; for ever when left out. */
  times?: number;
  /** The request takes effect and only its answer is lost. */
  readonly isAfterEffect?: boolean;
}

/** Everything the loopback Google knows. */
export class World {
  readonly spaces = new Map<string, CloudSpace>();
  readonly conferences = new Map<string, CloudConference>();
  readonly users = new Map<string, CloudUser>();
  readonly subscriptions = new Map<string, CloudSubscription>();
  /** Access token → who and what for. */
  readonly tokens = new Map<string, { readonly subject: string; readonly scopes: string[] }>();
  readonly requests: string[] = [];
  failures: CloudFailure[] = [];

  learn(facts: CloudFacts): void {
    for (const space of facts.spaces ?? []) this.spaces.set(space.name, space);
    for (const one of facts.conferences ?? []) this.conferences.set(one.name, one);
    for (const user of facts.users ?? []) this.users.set(user.id, user);
  }

  issueToken(subject: string, scopes: string[]): string {
    const token = `ya29.${randomUUID()}`;
    this.tokens.set(token, { subject, scopes });
    return token;
  }

  /** Notes a request and returns the failure that it meets, if any. */
  meet(line: string): CloudFailure | undefined {
    this.requests.push(line);
    const failure = this.failures.find(({ match, times }) => times !== 0 && line.includes(match));
    if (failure?.times !== undefined) failure.times -= 1;
    return failure;
  }
}
