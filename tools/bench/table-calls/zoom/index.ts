import { applied, db, done, isSigned, must } from "../plain.ts";

/** The rows of a class, written one after another. */
export default {
  fetch: async (request: Request) => {
    if (!isSigned(request, "x-zm-signature")) return new Response(null, { status: 401 });
    const { event, payload } = await request.json();
    const { id: meetingId, end_time, participant } = payload.object;
    const { id: class_id } = must(
      await db.from("plain_classes").select("id").eq("meeting_id", meetingId).single(),
    );
    if (event === "meeting.participant_joined") {
      const { participant_uuid, user_name: name, email, join_time } = participant;
      const student = await db.from("plain_students").select("id").eq("email", email).maybeSingle();
      done(student);
      const profile_id = student.data?.id;
      const row = { class_id, participant_uuid, name, email, join_time, profile_id };
      done(await db.from("plain_participants").insert(row));
    } else if (event === "meeting.participant_left") {
      const { participant_uuid, leave_time } = participant;
      done(
        await db
          .from("plain_participants")
          .update({ leave_time })
          .eq("participant_uuid", participant_uuid),
      );
    } else {
      const status = event === "meeting.started" ? "live" : "completed";
      done(await db.from("plain_classes").update({ status }).eq("id", class_id));
      if (event === "meeting.ended") {
        done(
          await db
            .from("plain_participants")
            .update({ leave_time: end_time })
            .eq("class_id", class_id)
            .is("leave_time", null),
        );
      }
    }
    return applied();
  },
};
