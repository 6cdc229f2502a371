import { z } from "zod";

// The parts of CreateAssistantDTO and CreatePhoneNumberDTO that are documented with limits. Unknown keys are refused, as VAPI's
// validation does ("property x should not exist").

const Server = z.strictObject({
  url: z.url(),
  timeoutSeconds: z.number().min(1).max(300).optional(),
  credentialId: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  backoffPlan: z
    .strictObject({
      type: z.enum(["fixed", "exponential"]),
      maxRetries: z.number().min(0).max(10),
      baseDelaySeconds: z.number().min(0).max(10),
      excludedStatusCodes: z.array(z.number()).optional(),
    })
    .optional(),
  staticIpAddressesEnabled: z.boolean().optional(),
  encryptedPaths: z.array(z.string()).optional(),
});

const rubrics = [
  "NumericScale",
  "DescriptiveScale",
  "Checklist",
  "Matrix",
  "PercentageScale",
  "LikertScale",
  "AutomaticRubric",
  "PassFail",
] as const;

const serverMessages = [
  "assistant.started",
  "conversation-update",
  "end-of-call-report",
  "function-call",
  "hang",
  "model-output",
  "phone-call-control",
  "speech-update",
  "status-update",
  "transcript",
  "tool-calls",
  "transfer-destination-request",
  "handoff-destination-request",
  "transfer-update",
  "user-interrupted",
  "voice-input",
] as const;

const Seconds = z.number().min(1).max(60).optional();

export const AssistantBody = z.strictObject({
  name: z.string().max(40).optional(),
  firstMessage: z.string().optional(),
  firstMessageMode: z
    .enum([
      "assistant-speaks-first",
      "assistant-speaks-first-with-model-generated-message",
      "assistant-waits-for-user",
    ])
    .optional(),
  model: z
    .looseObject({
      provider: z.enum(["openai", "anthropic", "google", "custom-llm", "vapi"]),
      model: z.string().min(1),
      temperature: z.number().min(0).max(2).optional(),
    })
    .optional(),
  voice: z
    .looseObject({ provider: z.enum(["vapi", "11labs", "openai"]), voiceId: z.string().min(1) })
    .optional(),
  transcriber: z
    .looseObject({
      provider: z.enum(["deepgram", "vapi", "openai"]),
      language: z.string().optional(),
    })
    .optional(),
  backgroundSound: z.string().optional(),
  maxDurationSeconds: z.number().int().min(10).max(43_200).optional(),
  endCallMessage: z.string().max(1000).optional(),
  voicemailMessage: z.string().max(1000).optional(),
  serverMessages: z.array(z.enum(serverMessages)).optional(),
  clientMessages: z.array(z.string()).optional(),
  server: Server.optional(),
  analysisPlan: z
    .strictObject({
      summaryPlan: z.strictObject({ enabled: z.boolean(), timeoutSeconds: Seconds }).optional(),
      structuredDataPlan: z
        .strictObject({
          enabled: z.boolean(),
          schema: z.looseObject({ type: z.string() }).optional(),
          timeoutSeconds: Seconds,
        })
        .optional(),
      successEvaluationPlan: z
        .strictObject({
          enabled: z.boolean(),
          rubric: z.enum(rubrics).optional(),
          timeoutSeconds: Seconds,
        })
        .optional(),
    })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

const number = {
  name: z.string().max(40).optional(),
  assistantId: z.string().optional(),
  server: Server.optional(),
  smsEnabled: z.boolean().optional(),
};
const twilio = {
  ...number,
  provider: z.literal("twilio"),
  number: z.string().regex(/^\+[1-9]\d{1,14}$/),
  twilioAccountSid: z.string().min(1),
};

export const NumberBody = z.union([
  z.strictObject({ ...twilio, twilioAuthToken: z.string() }),
  z.strictObject({ ...twilio, twilioApiKey: z.string(), twilioApiSecret: z.string() }),
  z.strictObject({
    ...number,
    provider: z.literal("vapi"),
    numberDesiredAreaCode: z.string().length(3),
  }),
]);

/** VAPI's sentences about a body: a path and what is wrong with it. */
export const sentences = (error: z.ZodError): string[] =>
  error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `property ${issue.keys.join(", ")} should not exist`
      : `${issue.path.join(".")} is not valid`,
  );
