import { z } from "zod";
import { rpc } from "../../db/call.ts";
import type { Db } from "../../db/client.ts";

const Known = z
  .object({
    /** The Workspace address to ask Google as; null while no host has one. */
    subject: z.string().nullable(),
    page_token: z.string().nullable(),
    has_ended: z.boolean(),
  })
  .nullable();

/** What is known about a conference record; null when it is none of ours. */
export async function knownConference(db: Db, instanceKey: string) {
  return Known.parse(await rpc(db, "meet_conference", { p_instance_key: instanceKey }));
}

const Class = z
  .object({ meeting_id: z.string(), subject: z.string().nullable(), since: z.string() })
  .nullable();

/** Code or space of a class over Meet, and whom to ask as; null when it is none. */
export async function knownMeetClass(db: Db, classId: string) {
  return Class.parse(await rpc(db, "meet_class", { p_class_id: classId }));
}
