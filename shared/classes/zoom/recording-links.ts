import { isVendorStatus } from "../../vendor/error.ts";
import { zoomClient } from "./api/client.ts";
import { recordingLinks } from "./api/meetings.ts";

/**
 * Links to the files of some instances, by file key; without those that Zoom has no link for.
 * @param instances their uuids
 * @param seconds how long a link works
 * @throws VendorError, EnvironmentError
 */
export async function zoomRecordingLinks(
  instances: ReadonlySet<string>,
  seconds: number,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const uuid of instances) {
    try {
      const found = await recordingLinks(zoomClient(), uuid, seconds, signal);
      for (const [key, url] of found) links.set(key, url);
    } catch (error) {
      // 3301: no recording there. The files were removed and the event is on its way.
      if (!isVendorStatus(error, 404)) throw error;
    }
  }
  return links;
}
