import { isVendorStatus } from "../../vendor/error.ts";
import { zoomClient } from "./api/client.ts";
import { recordingLinks } from "./api/meetings.ts";

/** How long a link to a recording works: somebody watches it meanwhile. */
export const RECORDING_LINK_SECONDS = 600;

/**
 * Links to the files of some instances, by file key; without those that Zoom has no link for.
 * @param instances their uuids
 * @throws VendorError, EnvironmentError
 */
export async function zoomRecordingLinks(
  instances: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const uuid of instances) {
    try {
      const found = await recordingLinks(zoomClient(), uuid, RECORDING_LINK_SECONDS, signal);
      for (const [key, url] of found) links.set(key, url);
    } catch (error) {
      // 3301: no recording there. The files were removed and the event is on its way.
      if (!isVendorStatus(error, 404)) throw error;
    }
  }
  return links;
}
