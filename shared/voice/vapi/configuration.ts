import { z } from "zod";

const Question = z.union([
  z.string(),
  z.object({
    key: z.string(),
    question: z.string(),
    type: z.enum(["string", "number", "boolean"]).default("string"),
  }),
]);

/**
 * What a tenant may say of an assistant, as the trigger on `assistants.configuration` lets it pass. Keys that are not
 * listed do not exist here, so that nothing but these can reach VAPI.
 */
export const AssistantConfiguration = z.object({
  first_message: z.string().optional(),
  system_prompt: z.string().optional(),
  language: z.string().optional(),
  voice: z.string().optional(),
  model: z.string().optional(),
  temperature: z.number().optional(),
  max_duration_seconds: z.int().min(10).max(43_200).optional(),
  questions: z.array(Question).max(10).optional(),
  evaluation: z.string().optional(),
});
export type AssistantConfiguration = z.infer<typeof AssistantConfiguration>;

/** A question with the key under which its answer is found in `structured_data`. */
export interface AskedQuestion {
  readonly key: string;
  readonly question: string;
  readonly type: "string" | "number" | "boolean";
}

/** Questions without a key of their own are numbered from 1. */
export function askedQuestions(
  questions: AssistantConfiguration["questions"] = [],
): AskedQuestion[] {
  return questions.map((item, index) =>
    typeof item === "string"
      ? { key: `question_${index + 1}`, question: item, type: "string" }
      : item,
  );
}
