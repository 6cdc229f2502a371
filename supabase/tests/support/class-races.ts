import { randomUUID } from "node:crypto";
import { sql } from "./database.ts";
import type { Client } from "./two-connections.ts";

/** Stores and applies a normalised event of Zoom, each time as a delivery of its own. */
export const ingestZoom = (client: Client, event: object) =>
  client.query(
    "select public.ingest_event('zoom', gen_random_uuid()::text, 'race', now(), '{}', $1, 'race')",
    [JSON.stringify({ provider: "zoom", ...event })],
  );

/**
 * Tries a meeting's failed events once more, one at a time as the retries do: together they would hold rows that
 * another file's jobs want in another order.
 */
export async function retryFailed(meetingId: string): Promise<void> {
  const failed = await sql<{ id: string }>(
    "select id from public.webhook_events where status = 'failed' and event -> 'instance' ->> 'meeting_id' = $1",
    [meetingId],
  );
  for (const { id } of failed) {
    await sql(
      "select private.attempt_event(id, event, now()) from public.webhook_events where id = $1",
      [id],
    );
  }
}

/** Says with the secret key who the sessions of a meeting were; null takes it back. */
export const assignSessions = (client: Client, meetingId: string, profileId: string | null) =>
  client.query(
    `select public.assign_participant(p.id, $2)
     from public.meeting_participants p join public.meeting_instances i on i.id = p.instance_id,
       set_config('request.jwt.claims', '{"role": "service_role"}', true) as caller
     where i.meeting_id = $1`,
    [meetingId, profileId],
  );

/** A host with two classes in one meeting that share a student; both people are made too. */
export async function makeTwoClasses(
  meetingId: string,
  starts: readonly [Date, Date],
): Promise<{ studentId: string; hostId: string }> {
  const [studentId, hostId] = [randomUUID(), randomUUID()];
  await sql(
    "insert into auth.users (id, email) select id, id || '@races.example' from unnest($1::uuid[]) id",
    [[studentId, hostId]],
  );
  await sql(
    `with classes as (
       insert into public.live_classes (host_id, title, meeting_id, scheduled_start, duration_minutes)
       values ($5, 'first', $1, $2, 60), ($5, 'second', $1, $3, 60) returning id)
     insert into public.class_enrollments (live_class_id, profile_id) select id, $4 from classes`,
    [meetingId, ...starts, studentId, hostId],
  );
  return { studentId, hostId };
}
