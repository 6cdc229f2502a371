import { read } from "../core/env.ts";

/** Our own host, which no webhook may ask. */
export const ownHosts = (): readonly string[] => {
  const url = read("SUPABASE_URL");
  return url === undefined ? [] : [new URL(url).hostname];
};

/** Whether webhooks may go to this machine. The embedded stack sets it; nobody should elsewhere. */
export const areLoopbackWebhooksAllowed = (): boolean =>
  (read("SWITCHBOARD_LOOPBACK_WEBHOOKS") ?? "refused") === "allowed";
