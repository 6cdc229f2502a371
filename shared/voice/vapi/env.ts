import { areSet, list, read, requiredFor } from "../../core/env.ts";
import type { VendorHosts } from "../../vendor/link.ts";
import { voiceProviderUnavailable } from "../errors.ts";

/** The variables that an operator sets for VAPI. `npm run verify` asks for each; what has a default is none of them. */
export const vapiSecrets = [
  "SWITCHBOARD_PUBLIC_URL",
  "VAPI_API_KEY",
  "VAPI_CREDENTIAL_ID",
  "VAPI_RECORDING_HOSTS",
  "VAPI_WEBHOOK_SECRETS",
] as const;

const required = requiredFor<(typeof vapiSecrets)[number]>(voiceProviderUnavailable);

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

/** Where the outside world reaches this project, without a trailing slash; vendors are told addresses below it. */
export const publicUrl = (): string => required("SWITCHBOARD_PUBLIC_URL").replace(/\/+$/, "");
