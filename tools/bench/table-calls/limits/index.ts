import { withSupabase } from "@supabase/server";
import { db, done, must } from "../plain.ts";

const counted = { count: "exact", head: true } as const;

/** What somebody may use and has used, read one after another; POST makes an assistant where there is room. */
export default {
  fetch: withSupabase({ auth: "user" }, async (request, context) => {
    const user_id = context.userClaims?.id;
    const profile = must(await db.from("profiles").select("*").eq("id", user_id).single());
    const limits = must(await db.from("plain_limits").select("*").eq("user_id", user_id).single());
    const assistants = await db
      .from("plain_assistants")
      .select("id", counted)
      .eq("user_id", user_id);
    if (request.method === "POST") {
      if ((assistants.count ?? 0) >= limits.max_assistants) {
        return Response.json({ code: "limit_reached" }, { status: 403 });
      }
      done(await db.from("plain_assistants").insert({ user_id, name: "Desk" }));
      return Response.json({}, { status: 201 });
    }
    const numbers = await db.from("phone_numbers").select("id", counted).eq("user_id", user_id);
    const minutes = Math.ceil(limits.seconds_used / 60);
    return Response.json({
      plan: limits.plan_type,
      trial_ends_at: profile.demo_expires_at,
      assistants: { used: assistants.count, max: limits.max_assistants },
      phone_numbers: { used: numbers.count },
      minutes: { used: minutes, max: limits.max_minutes, left: limits.max_minutes - minutes },
    });
  }),
};
