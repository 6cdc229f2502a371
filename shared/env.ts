import process from "node:process";
import type { VendorHosts } from "./http/vendor-link.ts";

/** A variable is not set that must be, or not to what it must be. Its message names the variable and never shows a value. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
  /** The variable's name, for logs and checklists. */
  readonly variable: string;

  constructor(variable: string, fault = "is required but not set") {
    super(`${variable} ${fault}.`);
    this.variable = variable;
  }
}

function read(name: string): string | undefined {
  const value = process.env[name]?.trim();
  return value === "" ? undefined : value;
}

function required(name: string): string {
  const value = read(name);
  if (value === undefined) throw new EnvironmentError(name);
  return value;
}

const areSet = (...names: string[]): boolean => names.every((name) => read(name) !== undefined);

function list(name: string): readonly string[] {
  return (read(name) ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function requireOneOf(names: readonly [string, ...string[]]): void {
  if (!names.some((name) => areSet(name))) throw new EnvironmentError(names[0]);
}

/**
 * Fails when a variable that the platform sets for every function is missing, so that a wrong
 * deployment stops at its start and not at its first request.
 * @param caller who calls the function: only a user's token needs the key set
 * @throws EnvironmentError naming the variable
 * @see https://supabase.com/docs/guides/functions/secrets
 */
export function requirePlatform(caller: "user" | "secret" | "provider"): void {
  required("SUPABASE_URL");
  requireOneOf(["SUPABASE_SECRET_KEYS", "SUPABASE_SECRET_KEY"]);
  if (caller === "provider") return;
  requireOneOf(["SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_PUBLISHABLE_KEY"]);
  if (caller === "user") requireOneOf(["SUPABASE_JWKS", "SUPABASE_JWKS_URL"]);
}

/** Zoom's webhook Secret Tokens, several while one is being replaced; empty when unset, and then nothing is accepted. */
export const zoomWebhookSecrets = (): readonly string[] => list("ZOOM_WEBHOOK_SECRETS");

/** VAPI's webhook secrets, several while one is being replaced; empty when unset, and then nothing is accepted. */
export const vapiWebhookSecrets = (): readonly string[] => list("VAPI_WEBHOOK_SECRETS");

const VAPI_TIMEOUT_MS = 20_000;

const VAPI_API = "https://api.vapi.ai";

/** Where VAPI keeps recordings: at its own hosts and in its bucket. A bucket of one's own stands in `VAPI_RECORDING_HOSTS`. */
export const vapiRecordingHosts = (): VendorHosts => ({
  hosts: ["vapi.ai", "r2.cloudflarestorage.com", ...list("VAPI_RECORDING_HOSTS")],
  apiUrl: read("VAPI_API_URL") ?? VAPI_API,
});

/** VAPI's REST API; the address changes only for a stand-in, the milliseconds that an answer is waited for where lines are slow. */
export const vapiApi = () => ({
  url: read("VAPI_API_URL") ?? VAPI_API,
  key: required("VAPI_API_KEY"),
  timeoutMs: Number(read("VAPI_TIMEOUT_MS")) || VAPI_TIMEOUT_MS,
});

/** Whether VAPI can be reached at all: without it, what is to happen there waits. */
export const isVapiConfigured = (): boolean =>
  areSet("VAPI_API_KEY", "VAPI_CREDENTIAL_ID", "SWITCHBOARD_PUBLIC_URL");

/** VAPI's id of the webhook credential whose secret is in `VAPI_WEBHOOK_SECRETS`: with it VAPI proves its deliveries. */
export const vapiCredentialId = (): string => required("VAPI_CREDENTIAL_ID");

const ZOOM_API = "https://api.zoom.us/v2";

/** Where Zoom keeps recordings: its own hosts, schools' names among them (`school.zoom.us`). */
export const zoomHosts = (): VendorHosts => ({
  hosts: ["zoom.us", "zoom.com", "zoomgov.com"],
  apiUrl: read("ZOOM_API_URL") ?? ZOOM_API,
});

/** Zoom's REST API with server-to-server OAuth; the addresses change only for a stand-in. */
export const zoomApi = () => ({
  url: read("ZOOM_API_URL") ?? ZOOM_API,
  oauthUrl: read("ZOOM_OAUTH_URL") ?? "https://zoom.us/oauth/token",
  accountId: required("ZOOM_ACCOUNT_ID"),
  clientId: required("ZOOM_CLIENT_ID"),
  clientSecret: required("ZOOM_CLIENT_SECRET"),
});

/** Whether Zoom can be reached at all. */
export const isZoomConfigured = (): boolean =>
  areSet("ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET");

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

const SERVICE_ACCOUNT_KEY = "GOOGLE_SERVICE_ACCOUNT_KEY";

/** The service account's key is there and is none. */
export const notAServiceAccountKey = (): EnvironmentError =>
  new EnvironmentError(SERVICE_ACCOUNT_KEY, "is no private key of a service account");

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
  serviceAccountKey: required(SERVICE_ACCOUNT_KEY),
});

/** Whether Google can be asked at all. */
export const isGoogleConfigured = (): boolean =>
  areSet("GOOGLE_SERVICE_ACCOUNT_EMAIL", "GOOGLE_SERVICE_ACCOUNT_KEY");

/** Whether Google can also be told where its events shall go. */
export const isGooglePushConfigured = (): boolean =>
  isGoogleConfigured() && areSet("GOOGLE_PUBSUB_TOPIC");

/** The Pub/Sub topic that Workspace Events publish to: `projects/<project>/topics/<topic>`. */
export const googlePubsubTopic = (): string => required("GOOGLE_PUBSUB_TOPIC");

/** Where the outside world reaches this project, without a trailing slash; vendors are told addresses below it. */
export const publicUrl = (): string => required("SWITCHBOARD_PUBLIC_URL").replace(/\/+$/, "");
