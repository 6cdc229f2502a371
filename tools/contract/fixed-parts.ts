import type { Domain } from "./schemas.ts";

/** What the document says whatever the code declares: who it is about, how callers prove themselves, headers and chapters. */
export const info = {
  title: "Switchboard",
  version: "1.0.0",
  description:
    "AI phone assistants, live classes and customer support. Endpoints are Edge Functions; `/rest/v1/rpc/…` are functions of the database. The tables beside them are read and written by PostgREST's rules; docs/schema.md describes them. Fields may be added to an answer at any time: a client has to bear that.",
  license: { name: "MIT", identifier: "MIT" },
};

export const servers = [
  {
    url: "{project}",
    variables: {
      project: {
        default: "http://127.0.0.1:54321",
        description:
          "The address of a project: that of `npm start`, or `https://<ref>.supabase.co`.",
      },
    },
  },
];

export const securitySchemes = {
  publishableKey: {
    type: "apiKey",
    in: "header",
    name: "apikey",
    description: "The project's publishable key.",
  },
  accessToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The access token of a signed-in person, from Supabase Auth.",
  },
  secretKey: {
    type: "apiKey",
    in: "header",
    name: "apikey",
    description: "A secret key of the project: for servers alone.",
  },
};

export const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "1 to 255 visible ASCII characters. Repeating key and request does it once and answers the same; another request with the key is refused.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
};

export const headers = {
  RequestId: {
    description:
      "The request's id: the caller's `X-Request-Id`, or a new one. It stands in the log.",
    schema: { type: "string" },
  },
  RetryAfter: {
    description: "Seconds after which it is worth trying again.",
    schema: { type: "integer" },
  },
};

export const tagOf: Readonly<Record<Domain, string>> = {
  platform: "Platform",
  accounts: "Accounts",
  mail: "Mail",
  voice: "Phone assistants",
  classes: "Live classes",
  support: "Support",
};

export const tags = [
  {
    name: tagOf.platform,
    description: "The inbox of events, the queue of tasks, and what keeps both going.",
  },
  { name: tagOf.accounts, description: "People's limits, usage, plans, data and deletion." },
  {
    name: tagOf.mail,
    description: "What reaches people outside of the product: which kinds, and what became of it.",
  },
  {
    name: tagOf.voice,
    description: "Assistants, their numbers and calls, and how the calls went.",
  },
  {
    name: tagOf.classes,
    description: "Classes held at Zoom or Google Meet: rosters, attendance, recordings.",
  },
  { name: tagOf.support, description: "Tickets, their conversation, files and ratings." },
  { name: "Webhooks", description: "What providers send. Each proves itself by a signature." },
];
