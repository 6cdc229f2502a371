import { z } from "zod";
import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { isVendorStatus } from "../../vendor/error.ts";
import { googleClient } from "./api/client.ts";
import { type Conference, getConference } from "./api/conferences.ts";

const Known = z
  .object({
    /** The Workspace addresses that Google may be asked as; the first is the host's of its class, if it has one. */
    subjects: z.array(z.string()),
    is_of_a_class: z.boolean(),
    page_token: z.string().nullable(),
    has_ended: z.boolean(),
  })
  .nullable();

/** What is known about a conference record; null when it is none of ours. */
export async function knownConference(db: Db, instanceKey: string) {
  return Known.parse(await rpc(db, "google_meet_conference", { p_instance_key: instanceKey }));
}

/**
 * Records what Meet says about a conference; that the subject may read it shows that they may host it. A
 * conference whose start cannot be believed is left as it is.
 */
export async function noteConference(
  db: Db,
  { name, space, startTime, endTime }: Conference,
  subject: string,
): Promise<void> {
  if (startTime === null) return;
  await rpc(db, "note_google_meet_conference", {
    p_instance_key: name,
    p_space: space,
    p_started_at: startTime,
    ...(endTime === null ? {} : { p_ended_at: endTime }),
    p_subject: subject,
  });
}

/**
 * Whom to ask about a conference as: the host of its class or, while it is of none, the first of those
 * with a class in its space whom Google lets read it. That is recorded, and it goes to their class.
 * @returns null when there is nobody to ask as
 * @throws VendorError when Google lets none of them
 */
export async function conferenceReader(db: Db, instanceKey: string, signal: AbortSignal) {
  const known = await knownConference(db, instanceKey);
  const [first, ...others] = known?.subjects ?? [];
  if (!known || first === undefined) return null;
  if (known.is_of_a_class) return { ...known, subject: first };
  let refusal: unknown;
  for (const subject of [first, ...others]) {
    try {
      const conference = await getConference(googleClient("meet", subject), instanceKey, signal);
      await noteConference(db, conference, subject);
      return { ...known, subject };
    } catch (error) {
      if (!isVendorStatus(error, 403, 404)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

const Class = z
  .object({ meeting_id: z.string(), subject: z.string().nullable(), since: z.string() })
  .nullable();

/** Code or space of a class over Meet, and whom to ask as; null when it is none. */
export async function knownGoogleMeetClass(db: Db, classId: string) {
  return Class.parse(await rpc(db, "google_meet_class", { p_class_id: classId }));
}
