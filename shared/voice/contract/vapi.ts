import { z } from "zod";

const Admitted = z
  .object({
    assistantId: z.string().describe("VAPI's id of the assistant that takes the call."),
    assistantOverrides: z.object({
      maxDurationSeconds: z.int().min(10).max(43_200).describe("Seconds that the call may last."),
    }),
  })
  .describe("To assistant-request: the call is taken.");

const Declined = z
  .object({ error: z.string().describe("A sentence that the caller hears.") })
  .describe(
    "To assistant-request: the call is not taken. To transfer-destination-request and handoff-destination-request: always.",
  );

/** What the webhook of VAPI answers to a message that asks. What tells gets an InboxReceipt. */
export const VapiAnswer = z
  .union([
    Admitted,
    Declined,
    z.object({ results: z.array(z.unknown()).max(0) }).describe("To tool-calls."),
    z.object({ result: z.string() }).describe("To function-call."),
    z.object({ documents: z.array(z.unknown()).max(0) }).describe("To knowledge-base-request."),
    z
      .object({ timeoutSeconds: z.number().describe("Seconds to wait before speaking.") })
      .describe("To call.endpointing.request."),
    z.strictObject({}).describe("To voice-request."),
  ])
  .describe("An answer in the shape that VAPI documents for the question.");
