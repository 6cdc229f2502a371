import { ask, type Question } from "../../webhook/result.ts";
import { answerAdmission, isRefusedAsBusy } from "./admission.ts";
import { identityOf, type VapiMessage } from "./messages.ts";

const SECONDS_BEFORE_SPEAKING = 0.5;

/**
 * Our assistants have no tools, transfers, knowledge bases or voices of a server, so what VAPI may ask about them has one
 * answer each, in the shape that it documents.
 */
const fixed: ReadonlyMap<string, object> = new Map<string, object>([
  ["tool-calls", { results: [] }],
  ["function-call", { result: "This is not available." }],
  ["transfer-destination-request", { error: "Sorry, this call cannot be transferred." }],
  ["handoff-destination-request", { error: "Sorry, this call cannot be handed over." }],
  ["knowledge-base-request", { documents: [] }],
  ["call.endpointing.request", { timeoutSeconds: SECONDS_BEFORE_SPEAKING }],
  ["voice-request", {}],
]);

/**
 * The answer to a message that asks; null for one that tells. `assistant-request` is a question to the
 * database: may this call be taken, by whom, for how long?
 * @see https://docs.vapi.ai/server-url/events#assistant-request
 */
export function answerOf({ type, occurredAt, message }: VapiMessage): Response | Question | null {
  if (type === "assistant-request") {
    const call = identityOf(message);
    if (call === null) return refuse("Sorry, this number is not in service.");
    return ask(
      "admit_call",
      { p_call: { ...call, occurred_at: occurredAt } },
      {
        answer: answerAdmission,
        otherwise: () => refuse(CALL_AGAIN),
        isBusy: isRefusedAsBusy,
      },
    );
  }
  const answer = fixed.get(type);
  return answer === undefined ? null : Response.json(answer);
}

const CALL_AGAIN = "Sorry, we cannot take your call right now. Please call again in a moment.";

function refuse(sentence: string): Response {
  return answerAdmission({ admitted: false, sentence });
}
