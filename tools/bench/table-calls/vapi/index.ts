import { applied, db, done, isSigned, must } from "../plain.ts";

/** The rows of a call, written one after another. */
export default {
  fetch: async (request: Request) => {
    if (!isSigned(request, "x-signature")) return new Response(null, { status: 401 });
    const { message } = await request.json();
    const { id: vapi_call_id, assistantId } = message.call;
    const assistant = must(
      await db
        .from("plain_assistants")
        .select("id, user_id")
        .eq("vapi_assistant_id", assistantId)
        .single(),
    );
    const { user_id } = assistant;
    if (message.type === "status-update") {
      const call = { user_id, assistant_id: assistant.id, vapi_call_id, status: message.status };
      done(await db.from("plain_calls").upsert(call, { onConflict: "vapi_call_id" }));
      return applied();
    }
    const seconds = message.durationSeconds;
    const call = must(
      await db
        .from("plain_calls")
        .upsert(
          {
            user_id,
            assistant_id: assistant.id,
            vapi_call_id,
            status: "ended",
            outcome: message.endedReason === "voicemail" ? "voicemail" : "completed",
            started_at: message.startedAt,
            ended_at: message.endedAt,
            duration_seconds: seconds,
            ended_reason: message.endedReason,
            cost: message.cost,
            summary: message.analysis.summary,
            transcript: message.artifact.transcript,
          },
          { onConflict: "vapi_call_id" },
        )
        .select("id")
        .single(),
    );
    done(await db.from("plain_usage_logs").insert({ user_id, call_id: call.id, seconds }));
    const limits = must(
      await db.from("plain_limits").select("seconds_used").eq("user_id", user_id).single(),
    );
    const seconds_used = Number(limits.seconds_used) + seconds;
    done(await db.from("plain_limits").update({ seconds_used }).eq("user_id", user_id));
    return applied();
  },
};
