import { z } from "zod";
import { rpc } from "../db/call.ts";
import type { Db } from "../db/client.ts";
import { EnvironmentError } from "../env.ts";
import { refusal } from "../http/errors.ts";
import { isVendorStatus, VendorError } from "../http/vendor-error.ts";
import { zoomClient } from "./zoom/api/client.ts";
import { recordingLinks } from "./zoom/api/meetings.ts";

const File = z.object({
  id: z.uuid(),
  provider: z.enum(["zoom", "google_meet"]),
  instance_key: z.string(),
  file_key: z.string(),
  file_type: z.string().nullable(),
  recording_type: z.string().nullable(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  size_bytes: z.number().nullable(),
});

/** A file to play. Times are ISO 8601; `url` ends at `expires_at`, null when the provider has no link for it (any more). */
export interface PlayableRecording {
  readonly id: string;
  readonly file_type: string | null;
  readonly recording_type: string | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly size_bytes: number | null;
  readonly url: string | null;
  readonly expires_at: string | null;
}

/** How long a link works. */
const LINK_SECONDS = 600;

/** When to come again if Zoom does not say it. */
const RETRY_SECONDS = 30;

async function linksOf(
  instances: Iterable<string>,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const uuid of instances) {
    try {
      const found = await recordingLinks(zoomClient(), uuid, LINK_SECONDS, signal);
      for (const [key, url] of found) links.set(key, url);
    } catch (error) {
      // 3301: no recording there. The files were removed and the event is on its way.
      if (!isVendorStatus(error, 404)) throw error;
    }
  }
  return links;
}

/**
 * The recordings of a class for those who may play them, each with a link that is fetched now and kept nowhere.
 * @throws ApiError class_not_found (404), meeting_provider_unavailable (503)
 */
export async function readRecordings(
  db: Db,
  classId: string,
  signal: AbortSignal,
): Promise<{ recordings: PlayableRecording[] }> {
  const files = z.array(File).parse(await rpc(db, "playable_recordings", { class_id: classId }));
  const uuids = new Set(
    files.filter(({ provider }) => provider === "zoom").map(({ instance_key }) => instance_key),
  );
  const expires_at = new Date(Date.now() + LINK_SECONDS * 1_000).toISOString();
  let links: Map<string, string>;
  try {
    links = await linksOf(uuids, signal);
  } catch (error) {
    if (!(error instanceof VendorError || error instanceof EnvironmentError)) throw error;
    const wait = error instanceof VendorError ? error.retryAfterSeconds : undefined;
    throw refusal("meeting_provider_unavailable", undefined, {
      headers: { "retry-after": String(wait ?? RETRY_SECONDS) },
      reason: error.message,
    });
  }
  return {
    recordings: files.map(({ provider, instance_key, file_key, ...file }) => {
      const url = links.get(file_key) ?? null;
      return { ...file, url, expires_at: url === null ? null : expires_at };
    }),
  };
}
