import { areSet, list, read, requiredFor } from "../../core/env.ts";
import type { VendorHosts } from "../../vendor/link.ts";
import { meetingProviderUnavailable } from "../errors.ts";

/** The variables that an operator sets for Zoom. `npm run verify` asks for each; what has a default is none of them. */
export const zoomSecrets = [
  "ZOOM_ACCOUNT_ID",
  "ZOOM_CLIENT_ID",
  "ZOOM_CLIENT_SECRET",
  "ZOOM_WEBHOOK_SECRETS",
] as const;

const required = requiredFor<(typeof zoomSecrets)[number]>(meetingProviderUnavailable);

/** Zoom's webhook Secret Tokens, several while one is being replaced; empty when unset, and then nothing is accepted. */
export const zoomWebhookSecrets = (): readonly string[] => list("ZOOM_WEBHOOK_SECRETS");

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
