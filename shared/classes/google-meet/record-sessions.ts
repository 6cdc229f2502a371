import type { Db } from "../../core/db.ts";
import { rpc } from "../../db/call.ts";
import { googleClient } from "./api/client.ts";
import type { Participant, Session } from "./api/conferences.ts";
import { findAddresses } from "./api/directory.ts";
import { inBatches } from "./in-batches.ts";

/** A participant with their sessions, as Meet tells them. */
export interface Stay {
  readonly participant: Participant;
  readonly sessions: readonly Session[];
}

/** The account behind a participant; null for guests and telephones. */
function userKeyOf({ signedinUser }: Participant): string | null {
  return signedinUser?.user.replace(/^users\//, "") || null;
}

const nameOf = ({ signedinUser, anonymousUser, phoneUser }: Participant) =>
  (signedinUser ?? anonymousUser ?? phoneUser)?.displayName ?? null;

/** Asks the Directory about accounts that nothing is known about yet. */
async function learnAccounts(
  db: Db,
  subject: string,
  userKeys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (userKeys.length === 0) return;
  const unknown = await rpc(db, "unknown_accounts", {
    p_subject: subject,
    p_user_keys: [...userKeys],
  });
  const directory = googleClient("directory", subject);
  await inBatches(unknown, async (userKey) => {
    const addresses = await findAddresses(directory, userKey, signal);
    if (addresses === undefined) return;
    await rpc(db, "note_directory_answer", {
      p_subject: subject,
      p_user_key: userKey,
      p_addresses: addresses,
    });
  });
}

/**
 * Records who was in a conference and when. Times and names are recorded also when the Directory is
 * away; its error is thrown afterwards, so that the task comes again for the addresses.
 * @throws VendorError, ApiError
 */
export async function recordSessions(
  db: Db,
  { conference, subject }: { readonly conference: string; readonly subject: string },
  stays: readonly Stay[],
  signal: AbortSignal,
): Promise<void> {
  const userKeys = stays.flatMap(({ participant }) => userKeyOf(participant) ?? []);
  let failure: { readonly error: unknown } | undefined;
  try {
    await learnAccounts(db, subject, userKeys, signal);
  } catch (error) {
    failure = { error };
  }
  const sessions = stays.flatMap(({ participant, sessions: all }) =>
    all.map((session) => ({
      key: session.name,
      name: nameOf(participant),
      user_key: userKeyOf(participant),
      joined_at: session.startTime,
      left_at: session.endTime,
    })),
  );
  if (sessions.length > 0) {
    await rpc(db, "note_google_meet_sessions", {
      p_instance_key: conference,
      p_subject: subject,
      p_sessions: sessions,
    });
  }
  if (failure) throw failure.error;
}
