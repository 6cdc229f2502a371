import type { Db } from "../../core/db.ts";
import { isVendorStatus } from "../../vendor/error.ts";
import type { RecordedFile } from "../provider.ts";
import { googleClient } from "./api/client.ts";
import { getExportUri } from "./api/conferences.ts";
import { inBatches } from "./in-batches.ts";
import { knownConference } from "./known-conference.ts";

/** Google's word for "not to this account"; its other refusals are of our grant or rate, and can be mended. */
const NOT_TOLD = "PERMISSION_DENIED";

/**
 * Where recordings and transcripts can be played at Google Drive, by file key, asked as the host of each conference.
 * Without those that Google does not know (any more), does not tell the host, or has no host to ask as.
 * @param service whom the caller must not read as, the host's address, is read with it
 * @throws VendorError, EnvironmentError, ApiError
 */
export async function googleMeetRecordingLinks(
  service: Db,
  files: readonly RecordedFile[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  for (const conference of new Set(files.map(({ instance_key }) => instance_key))) {
    const known = await knownConference(service, conference);
    const subject = known?.subjects[0];
    if (subject === undefined) continue;
    const meet = googleClient("meet", subject);
    const own = files.filter(({ instance_key }) => instance_key === conference);
    await inBatches(own, async ({ file_key }) => {
      try {
        const uri = await getExportUri(meet, file_key, signal);
        if (uri !== null) links.set(file_key, uri);
      } catch (error) {
        const isNotTold = isVendorStatus(error, 403) && error.reason === NOT_TOLD;
        if (!isNotTold && !isVendorStatus(error, 404)) throw error;
      }
    });
  }
  return links;
}
