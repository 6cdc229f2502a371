import { randomUUID } from "node:crypto";
import { testStack } from "../../../supabase/tests/support/resources.ts";

import type { Client } from "../../../tools/simulate/scene.ts";
import { signVapi, VapiCall } from "../../../tools/simulate/vapi.ts";

/** Lets VAPI report a call of the assistant whose name begins so. */
export async function reportCall(
  service: Client,
  { assistant, said }: { assistant: string; said: string },
): Promise<void> {
  const vapiId = randomUUID();
  const provisioned = await service
    .from("assistants")
    .update({ vapi_assistant_id: vapiId, provisioning: "ready" })
    .like("name", `${assistant}%`);
  if (provisioned.error) throw provisioned.error;
  const call = new VapiCall({ assistantId: vapiId, startedAt: new Date(Date.now() - 60_000) });
  const body = JSON.stringify(
    call.report({ seconds: 42, more: { artifact: { transcript: `AI: Hello.\nUser: ${said}` } } }),
  );
  const { url, secrets } = testStack();
  const response = await fetch(`${url}/functions/v1/vapi-webhook`, {
    method: "POST",
    headers: signVapi(body, secrets.vapi),
    body,
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
