import { sql, sqlOne } from "./database.ts";
import { callJson } from "./functions.ts";
import { createUser, type TestUser } from "./users.ts";
import { newNumber } from "./vapi.ts";
import { connectVapi } from "./vapi-cloud.ts";
import { taskOf, workOnTasks } from "./work.ts";

/** A tenant whose assistant and number really went to VAPI. */
export interface Line {
  user: TestUser;
  assistantId: string;
  vapiAssistantId: string;
  phoneNumberId: string;
  vapiPhoneId: string;
  number: string;
}

/** Signs up, creates an assistant, imports a number that it answers, and lets the tasks work. */
export async function openLine(limit: number | null = 600, configuration = {}): Promise<Line> {
  await connectVapi();
  const user = await createUser();
  await sql(
    "update public.user_limits set max_call_time_seconds = $2, period_start = now() - interval '1 day' where user_id = $1",
    [user.id, limit],
  );
  const { data, error } = await user.client
    .from("assistants")
    .insert({ name: "Reception", configuration })
    .select("id")
    .single();
  if (error) throw error;
  const number = newNumber();
  const imported = await callJson(
    "phone-numbers",
    {
      provider: "twilio",
      phone_number: number,
      twilio_account_sid: `AC${"0".repeat(32)}`,
      twilio_auth_token: "a token of these tests",
      assistant_id: data.id,
    },
    { user },
  );
  const { id: phoneNumberId } = await imported.json();
  await workOnTasks("sync_assistant", data.id);
  const ids = await sqlOne<{ assistant: string | null; phone: string | null }>(
    `select a.vapi_assistant_id as assistant, n.vapi_phone_id as phone
     from public.assistants a, public.phone_numbers n where a.id = $1 and n.id = $2`,
    [data.id, phoneNumberId],
  );
  if (ids.assistant === null || ids.phone === null) {
    throw new Error(`not provisioned: ${JSON.stringify(await taskOf("sync_assistant", data.id))}`);
  }
  return {
    user,
    assistantId: data.id,
    vapiAssistantId: ids.assistant,
    phoneNumberId,
    vapiPhoneId: ids.phone,
    number,
  };
}
