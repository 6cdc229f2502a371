import { knownErrors } from "../errors/catalogues.ts";

/** What refusals look like: from an endpoint, and from the database through PostgREST. */
export const envelopes = {
  ErrorCode: {
    type: "string",
    enum: knownErrors.map(({ code }) => code).sort(),
    description:
      "What a refusal is for. The code and the status are the contract; the sentence may change.",
  },
  Error: {
    type: "object",
    description: "The body of every refusal of an endpoint.",
    properties: {
      code: { $ref: "#/components/schemas/ErrorCode" },
      message: { type: "string", description: "A sentence for a person." },
      details: {
        description:
          "What a program needs beyond the code: `[{path, message}]` of an input, numbers of a limit.",
      },
      request_id: { type: "string", description: "The id of the request, as in the log." },
    },
    required: ["code", "message", "request_id"],
  },
  DatabaseError: {
    type: "object",
    description: "The body of a refusal over `/rest/v1`.",
    properties: {
      code: {
        type: "string",
        description:
          "`PT` and the status for a rule of ours; else Postgres' SQLSTATE or PostgREST's code.",
      },
      message: { type: "string" },
      details: { type: ["string", "null"], description: "JSON as text, for a rule of ours." },
      hint: { type: ["string", "null"], description: "The code of a rule of ours." },
    },
    required: ["code", "message"],
  },
};
