import { areSet, EnvironmentError, read, requiredFor } from "../../core/env.ts";
import type { VendorHosts } from "../../vendor/link.ts";
import { meetingProviderUnavailable } from "../errors.ts";

/** The variables that an operator sets for Google Meet. `npm run verify` asks for each; what has a default is none of them. */
export const googleSecrets = [
  "GOOGLE_PUBSUB_AUDIENCE",
  "GOOGLE_PUBSUB_SERVICE_ACCOUNT",
  "GOOGLE_PUBSUB_TOPIC",
  "GOOGLE_SERVICE_ACCOUNT_EMAIL",
  "GOOGLE_SERVICE_ACCOUNT_KEY",
] as const;

const required = requiredFor<(typeof googleSecrets)[number]>(meetingProviderUnavailable);

/** How Pub/Sub proves its pushes; the address changes only for a stand-in. */
export interface GooglePush {
  readonly jwksUrl: string;
  /** As set at the push subscription; Google takes the endpoint's URL where none is set. */
  readonly audience: string;
  /** The address of the push subscription's service account. */
  readonly serviceAccount: string;
}

/** Undefined while audience or account are unset, and then nothing is accepted. */
export function googlePush(): GooglePush | undefined {
  const audience = read("GOOGLE_PUBSUB_AUDIENCE");
  const serviceAccount = read("GOOGLE_PUBSUB_SERVICE_ACCOUNT");
  if (audience === undefined || serviceAccount === undefined) return undefined;
  const jwksUrl = read("GOOGLE_JWKS_URL") ?? "https://www.googleapis.com/oauth2/v3/certs";
  return { jwksUrl, audience, serviceAccount };
}

/** The service account's key is there and is none. */
export const notAServiceAccountKey = (): EnvironmentError =>
  new EnvironmentError("GOOGLE_SERVICE_ACCOUNT_KEY", {
    fault: "is no private key of a service account",
    unreachable: meetingProviderUnavailable,
  });

const GOOGLE_MEET = "https://meet.googleapis.com";

/** Where Drive shows the recordings and transcripts of Google Meet. */
export const driveHosts = (): VendorHosts => ({
  hosts: ["drive.google.com", "docs.google.com"],
  apiUrl: read("GOOGLE_MEET_URL") ?? GOOGLE_MEET,
});

/** Google's APIs, called as a service account with domain-wide delegation; the addresses change only for a stand-in. */
export const googleApi = () => ({
  oauthUrl: read("GOOGLE_OAUTH_URL") ?? "https://oauth2.googleapis.com/token",
  meetUrl: read("GOOGLE_MEET_URL") ?? GOOGLE_MEET,
  directoryUrl: read("GOOGLE_DIRECTORY_URL") ?? "https://admin.googleapis.com",
  eventsUrl: read("GOOGLE_EVENTS_URL") ?? "https://workspaceevents.googleapis.com",
  serviceAccountEmail: required("GOOGLE_SERVICE_ACCOUNT_EMAIL"),
  serviceAccountKey: required("GOOGLE_SERVICE_ACCOUNT_KEY"),
});

/** Whether Google can be asked at all. */
export const isGoogleConfigured = (): boolean =>
  areSet("GOOGLE_SERVICE_ACCOUNT_EMAIL", "GOOGLE_SERVICE_ACCOUNT_KEY");

/** Whether Google can also be told where its events shall go. */
export const isGooglePushConfigured = (): boolean =>
  isGoogleConfigured() && areSet("GOOGLE_PUBSUB_TOPIC");

/** The Pub/Sub topic that Workspace Events publish to: `projects/<project>/topics/<topic>`. */
export const googlePubsubTopic = (): string => required("GOOGLE_PUBSUB_TOPIC");
