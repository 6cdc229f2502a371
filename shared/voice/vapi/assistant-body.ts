import type { JsonObject } from "../../core/json.ts";
import {
  type AskedQuestion,
  type AssistantConfiguration,
  askedQuestions,
} from "./configuration.ts";
import { vapiServer } from "./server.ts";
import { assistantTag } from "./tags.ts";

const NAME_LENGTH = 40;
const DEFAULT_MODEL = "gpt-4o-mini";
const DEFAULT_VOICE = "Elliot";
const DEFAULT_LANGUAGE = "multi";
const DEFAULT_EVALUATION = "PassFail";
/** As the setting `assistant_call_seconds` is delivered; admission sends the exact cap with every call. */
export const DEFAULT_CALL_SECONDS = 600;

/** At most 40 UTF-16 units, never half of a character. */
function shortName(name: string): string {
  let short = "";
  for (const character of name.trim()) {
    if (short.length + character.length > NAME_LENGTH) break;
    short += character;
  }
  return short;
}

function promptOf(configuration: AssistantConfiguration, questions: readonly AskedQuestion[]) {
  const parts = [configuration.system_prompt ?? "You are a friendly assistant on the phone."];
  if (questions.length > 0) {
    parts.push(
      "Find out, one question at a time:",
      ...questions.map(({ question }) => `- ${question}`),
    );
  }
  return parts.join("\n");
}

/** What is read out of a call after its end. */
function analysisOf(evaluation: string | undefined, questions: readonly AskedQuestion[]) {
  const properties = Object.fromEntries(
    questions.map(({ key, question, type }) => [key, { type, description: question }]),
  );
  return {
    summaryPlan: { enabled: true },
    structuredDataPlan:
      questions.length > 0
        ? { enabled: true, schema: { type: "object", properties } }
        : { enabled: false },
    successEvaluationPlan: { enabled: true, rubric: evaluation ?? DEFAULT_EVALUATION },
  };
}

/** A first message that is words, or a mode that lets the model begin; both are always sent, because PATCH keeps what is left out. */
function greetingOf(first: string | undefined) {
  return first === undefined
    ? { firstMessage: "", firstMessageMode: "assistant-speaks-first-with-model-generated-message" }
    : { firstMessage: first, firstMessageMode: "assistant-speaks-first" };
}

/**
 * VAPI's whole body of an assistant, the same for creating and changing it. Built from the listed keys one by one;
 * server, serverMessages and metadata are ours and come last, so that nothing before them can take their place.
 * @see https://docs.vapi.ai/api-reference/assistants/create
 */
export function assistantBody(assistant: {
  readonly id: string;
  readonly name: string;
  readonly configuration: AssistantConfiguration;
}): JsonObject {
  const { configuration } = assistant;
  const questions = askedQuestions(configuration.questions);
  const { temperature, language = DEFAULT_LANGUAGE } = configuration;
  return {
    name: shortName(assistant.name),
    ...greetingOf(configuration.first_message),
    model: {
      provider: "openai",
      model: configuration.model ?? DEFAULT_MODEL,
      ...(temperature === undefined ? {} : { temperature }),
      messages: [{ role: "system", content: promptOf(configuration, questions) }],
    },
    voice: { provider: "vapi", voiceId: configuration.voice ?? DEFAULT_VOICE },
    transcriber: { provider: "deepgram", model: "nova-3", language },
    backgroundSound: "off",
    maxDurationSeconds: configuration.max_duration_seconds ?? DEFAULT_CALL_SECONDS,
    analysisPlan: analysisOf(configuration.evaluation, questions),
    server: vapiServer(),
    serverMessages: ["status-update", "end-of-call-report"],
    metadata: assistantTag(assistant.id),
  };
}
