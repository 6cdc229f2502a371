import { hostIdOf, signZoom } from "../../../tools/simulate/zoom.ts";
import { sql, sqlOne } from "./database.ts";
import { callFunction } from "./functions.ts";
import { testStack } from "./resources.ts";
import type { TestUser } from "./users.ts";

/** Sends a body to zoom-webhook with a valid signature; `headers` replace single ones. */
export function deliverZoom(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return callFunction("zoom-webhook", {
    method: "POST",
    headers: { ...signZoom(body, testStack().secrets.zoom), ...headers },
    body,
  });
}

/** The status word of an answer that must be a 200. */
export async function wordOf(response: Response): Promise<string> {
  const answer: unknown = await response.json();
  if (response.status !== 200 || typeof answer !== "object" || answer === null) {
    throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  }
  return "status" in answer ? String(answer.status) : "no status";
}

/**
 * Delivers an event and returns the status word of the answer. It sends again after a 503, as Zoom does, because the
 * machine may be busy.
 */
export async function tellZoom(event: object): Promise<string> {
  for (;;) {
    const response = await deliverZoom(JSON.stringify(event));
    if (response.status !== 503) return wordOf(response);
    await response.body?.cancel();
  }
}

let lastMeeting = Date.now() % 100_000_000;

/** A Zoom number that nothing else in this run uses. */
export const newMeetingId = (): string =>
  `7${String(process.pid % 100).padStart(2, "0")}${String(++lastMeeting).padStart(8, "0")}`;

/** Records whose Zoom id the host of a meeting has, as it is known after a class of theirs. */
export const knowHost = (user: TestUser, meetingId: string) =>
  sql(
    `insert into public.profile_identities (provider, kind, key, profile_id) values ('zoom', 'user', $1, $2)
     on conflict do nothing`,
    [hostIdOf(meetingId), user.id],
  );

/** A class with a roster, scheduled over REST by its teacher, who is known to be the host of the meeting. */
export async function scheduleClass(
  teacher: TestUser,
  students: TestUser[],
  meetingId: string,
  start: Date,
): Promise<string> {
  await knowHost(teacher, meetingId);
  const { data, error } = await teacher.client
    .from("live_classes")
    .insert({
      title: "Algebra",
      meeting_id: meetingId,
      scheduled_start: start.toISOString(),
      duration_minutes: 60,
    })
    .select("id")
    .single();
  if (error) throw error;
  const roster = students.map(({ id }) => id);
  const set = await teacher.client.rpc("set_enrollments", {
    p_class_id: data.id,
    p_student_ids: roster,
  });
  if (set.error) throw set.error;
  return data.id;
}

/** How many deliveries of a meeting the inbox holds. */
export async function inboxCount(needle: string): Promise<number> {
  const { count } = await sqlOne<{ count: number }>(
    "select count(*)::integer as count from public.webhook_events where payload like '%' || $1 || '%'",
    [needle],
  );
  return count;
}
