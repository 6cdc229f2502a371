import { z } from "zod";

const Admission = z.discriminatedUnion("admitted", [
  z.object({
    admitted: z.literal(true),
    vapi_assistant_id: z.string().min(1),
    granted_seconds: z.int(),
  }),
  z.object({
    admitted: z.literal(false),
    sentence: z.string().min(1),
    code: z.string().optional(),
  }),
]);

/** What VAPI accepts for a call's length, in seconds. */
const SHORTEST = 10;
const LONGEST = 43_200;

/**
 * What `admit_call` decided, as VAPI takes it: an assistant with the seconds that it may speak, or a sentence that the
 * caller hears. A refusal is a 200 as well: any other status makes VAPI say that something failed.
 * @see https://docs.vapi.ai/server-url/events#assistant-request
 */
export function answerAdmission(result: unknown): Response {
  const admission = Admission.parse(result);
  if (!admission.admitted) return Response.json({ error: admission.sentence });
  const seconds = Math.min(Math.max(admission.granted_seconds, SHORTEST), LONGEST);
  return Response.json({
    assistantId: admission.vapi_assistant_id,
    assistantOverrides: { maxDurationSeconds: seconds },
  });
}

/** Whether the account was held by others for as long as the database may wait. */
export function isRefusedAsBusy(result: unknown): boolean {
  const admission = Admission.parse(result);
  return !admission.admitted && admission.code === "busy";
}
