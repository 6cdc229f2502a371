import { z } from "zod";
import { call } from "../../db/call.ts";
import { userRoute } from "../../http/with-user.ts";
import { NUMBER_COLUMNS } from "./import-number.ts";
import { FriendlyName } from "./number-input.ts";

/** VAPI need not know of a name or an assignment: it asks at every call. */
export const changeNumber = userRoute("PATCH /phone-numbers/:id", {
  summary: "Name a number, or assign it to an assistant",
  description:
    "Null takes the name or the assignment away; what is left out stays. An assistant of somebody else is as unknown as one that does not exist (422).",
  body: z
    .strictObject({
      friendly_name: FriendlyName.nullable().optional(),
      assistant_id: z.uuid().nullable().optional(),
    })
    .refine((change) => Object.keys(change).length > 0, "must change something"),
  answers: { 200: "PhoneNumber" },
  refuses: ["account_expired", "account_suspended", "account_closing"],
  handle: ({ db, params, body: { friendly_name, assistant_id } }) => {
    const change = {
      ...(friendly_name === undefined ? {} : { friendly_name }),
      ...(assistant_id === undefined ? {} : { assistant_id }),
    };
    return call(() =>
      db
        .from("phone_numbers")
        .update(change)
        .eq("id", params.id)
        .select(NUMBER_COLUMNS)
        .maybeSingle(),
    );
  },
});

/** A trigger asks for the release at VAPI. */
export const removeNumber = userRoute("DELETE /phone-numbers/:id", {
  summary: "Give a number up",
  description: "It answers no more calls at once; its release at the provider follows.",
  answers: { 204: null },
  refuses: ["account_expired", "account_suspended", "account_closing"],
  handle: async ({ db, params }) => {
    await call(() =>
      db.from("phone_numbers").delete().eq("id", params.id).select("id").maybeSingle(),
    );
    return undefined;
  },
});
