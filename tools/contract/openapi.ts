import { z } from "zod";
import type { CatalogFunction } from "./catalog.ts";
import { envelopes } from "./envelopes.ts";
import type { DeclaredFunction, DeclaredRoute } from "./functions.ts";
import { groupBy } from "./group-by.ts";
import { refusalResponses, refusalsOfRoutes, refusalsOfRpc } from "./refusals.ts";
import {
  answerSchema,
  answerSchemas,
  type Domain,
  domainOf,
  inputSchema,
  type JsonSchema,
  rpcs,
} from "./schemas.ts";

/** An OpenAPI document, as far as it is read again by our own tools. */
export interface OpenApiDocument extends JsonSchema {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: JsonSchema & { readonly schemas: Record<string, JsonSchema> };
}

export interface Operation extends JsonSchema {
  readonly operationId: string;
  readonly responses: Record<string, JsonSchema>;
}

const info = {
  title: "Switchboard",
  version: "1.0.0",
  description:
    "AI phone assistants, live classes and customer support. Endpoints are Edge Functions; `/rest/v1/rpc/…` are functions of the database. The tables beside them are read and written by PostgREST's rules; docs/schema.md describes them. Fields may be added to an answer at any time: a client has to bear that.",
  license: { name: "MIT", identifier: "MIT" },
};

const servers = [
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

const securitySchemes = {
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

const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "1 to 255 visible ASCII characters. Repeating key and request does it once and answers the same; another request with the key is refused.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
};

const headers = {
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

const tagOf: Readonly<Record<Domain, string>> = {
  platform: "Platform",
  accounts: "Accounts",
  voice: "Phone assistants",
  classes: "Live classes",
  support: "Support",
};

const tags = [
  {
    name: tagOf.platform,
    description: "The inbox of events, the queue of tasks, and what keeps both going.",
  },
  { name: tagOf.accounts, description: "People's limits, usage, plans, data and deletion." },
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

/** The tag of an endpoint: that of the domain of what it answers. */
function tagOfFunction({ caller, routes }: DeclaredFunction): string {
  if (caller === "provider") return "Webhooks";
  const names = routes.flatMap(({ answers }) => Object.values(answers).flat());
  const domain = names.map((name) => domainOf.get(name ?? "")).find((each) => each !== undefined);
  return tagOf[domain ?? "platform"];
}

const meanings: Readonly<Record<number, string>> = {
  200: "The answer.",
  201: "Created.",
  202: "Asked for, and not done yet.",
  204: "Done; nothing to say.",
  302: "A redirect to a link that expires soon.",
};

/** What a status comes with, by media type: one schema, or one of several. */
function contentOf(names: readonly string[]): JsonSchema {
  const media = groupBy(names, (name) => (name.includes("/") ? name : "application/json"));
  if (media.size === 0) return {};
  return {
    content: Object.fromEntries(
      [...media].map(([type, each]) => {
        const schemas = each.map((name) =>
          name === type ? { type: "string" } : { $ref: `#/components/schemas/${name}` },
        );
        return [type, { schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas } }];
      }),
    ),
  };
}

function answerResponses(routes: readonly DeclaredRoute[]): Record<string, JsonSchema> {
  const answers = routes.flatMap((route) => Object.entries(route.answers));
  return Object.fromEntries(
    [...groupBy(answers, ([status]) => status)].map(([status, all]) => [
      status,
      {
        description: meanings[Number(status)] ?? "The answer.",
        headers: { "X-Request-Id": { $ref: "#/components/headers/RequestId" } },
        ...contentOf([...new Set(all.flatMap(([, content]) => content ?? []))]),
      },
    ]),
  );
}

const QuerySchema = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

function parametersOf(route: DeclaredRoute): JsonSchema[] {
  const inPath = [...route.address.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", format: "uuid" },
  }));
  const query = route.query && QuerySchema.parse(inputSchema(route.query));
  const inQuery = Object.entries(query?.properties ?? {}).map(
    ([name, { description, ...schema }]) => ({
      name,
      in: "query",
      required: query?.required.includes(name) ?? false,
      ...(description === undefined ? {} : { description }),
      schema,
    }),
  );
  const key = route.isIdempotent ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : [];
  return [...inPath, ...inQuery, ...key];
}

function requestBodyOf(
  routes: readonly DeclaredRoute[],
  caller: DeclaredFunction["caller"],
): JsonSchema {
  // What a provider sends is described by the provider.
  if (caller === "provider") {
    return {
      requestBody: {
        required: true,
        content: { "application/json": { schema: { type: "object" } } },
      },
    };
  }
  const content = routes.flatMap(({ body, media = "application/json" }) =>
    body === undefined ? [] : [[media, { schema: inputSchema(body) }] as const],
  );
  if (content.length === 0) return {};
  return { requestBody: { required: true, content: Object.fromEntries(content) } };
}

/** `GET /analytics/calls/:id` is `getAnalyticsCallsById`. */
function operationId(method: string, path: string): string {
  const words = path.split(/[/.-]/).filter((part) => part !== "" && !part.startsWith(":"));
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return `${method.toLowerCase()}${name}${path.includes(":") ? "ById" : ""}`;
}

/** The routes of one address, which differ in how the body is sent, as one operation. */
function operationOf(
  name: string,
  declared: DeclaredFunction,
  routes: readonly [DeclaredRoute, ...DeclaredRoute[]],
): Operation {
  const { caller } = declared;
  const [method = "", path = ""] = routes[0].address.split(" ");
  const parameters = parametersOf(routes[0]);
  const description = routes.flatMap((route) => route.description ?? []).join("\n\n");
  const security = { user: "accessToken", secret: "secretKey", provider: name }[caller];
  return {
    operationId: operationId(method, path),
    summary: routes.map(({ summary }) => summary).join("; or: "),
    ...(description === "" ? {} : { description }),
    tags: [tagOfFunction(declared)],
    security: [{ [security]: [] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(routes, caller),
    responses: {
      ...answerResponses(routes),
      ...refusalResponses(refusalsOfRoutes(routes, caller), "Error"),
    },
  };
}

const databaseError = {
  "application/json": { schema: { $ref: "#/components/schemas/DatabaseError" } },
};

function rpcOperation({ name, is_for_users, args, answer }: CatalogFunction): Operation {
  const rpc = rpcs.get(name);
  if (rpc === undefined) throw new Error(`No domain declares the function ${name}.`);
  const unknown = Object.keys(rpc.args ?? {}).filter(
    (arg) => !args.some((each) => each.name === arg),
  );
  if (unknown.length > 0) throw new Error(`${name} has no argument ${unknown.join(", ")}.`);
  if ((answer === null) !== (rpc.answer !== undefined)) {
    throw new Error(`${name} ${answer === null ? "lacks its" : "needs no"} declared answer.`);
  }
  const schema = answer ?? (rpc.answer ? answerSchema(rpc.answer) : {});
  const properties = args.map((arg) => {
    const description = Object.entries(rpc.args ?? {}).find(([key]) => key === arg.name)?.[1];
    return [arg.name, description === undefined ? arg.schema : { ...arg.schema, description }];
  });
  const required = args.filter(({ isRequired }) => isRequired).map((arg) => arg.name);
  const body = {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
  return {
    operationId: name,
    summary: rpc.summary,
    ...(rpc.description === undefined ? {} : { description: rpc.description }),
    tags: [tagOf[rpc.domain]],
    security: [is_for_users ? { publishableKey: [], accessToken: [] } : { secretKey: [] }],
    requestBody: {
      required: required.length > 0,
      content: { "application/json": { schema: body } },
    },
    responses: {
      ...(schema.type === "null"
        ? { 204: { description: "Done; nothing to say." } }
        : { 200: { description: "The answer.", content: { "application/json": { schema } } } }),
      401: {
        description: "Without a valid access token or key.",
        content: databaseError,
      },
      ...refusalResponses(refusalsOfRpc(name), "DatabaseError"),
      default: {
        description:
          "A refusal by Postgres or PostgREST, with a SQLSTATE or `PGRST…` in `code`: a bad value, a missing right, a busy database.",
        content: databaseError,
      },
    },
  };
}

/** The contract as an OpenAPI document: the endpoints by their declarations, the functions of the database by catalog and declaration. */
export function openApiDocument(
  functions: ReadonlyMap<string, DeclaredFunction>,
  catalog: readonly CatalogFunction[],
): OpenApiDocument {
  const unknown = [...rpcs.keys()].filter((name) => !catalog.some((each) => each.name === name));
  if (unknown.length > 0) throw new Error(`The database has no function ${unknown.join(", ")}.`);
  const paths: Record<string, Record<string, Operation>> = {};
  const signatures: Record<string, JsonSchema> = {};
  for (const [name, declared] of functions) {
    for (const [address, routes] of groupBy(declared.routes, (route) => route.address)) {
      const [method = "", path = ""] = address.split(" ");
      const [first, ...others] = routes;
      if (first === undefined) continue;
      if (first.signature) signatures[name] = first.signature;
      const place = `/functions/v1${path.replaceAll(/:(\w+)/g, "{$1}")}`;
      paths[place] ??= {};
      paths[place][method.toLowerCase()] = operationOf(name, declared, [first, ...others]);
    }
  }
  // What serves the server's own steps alone, and no domain declares, is nobody else's business.
  for (const each of catalog.filter(({ name, is_for_users }) => is_for_users || rpcs.has(name)))
    paths[`/rest/v1/rpc/${each.name}`] = { post: rpcOperation(each) };
  return {
    openapi: "3.1.1",
    info,
    servers,
    tags,
    paths,
    components: {
      securitySchemes: { ...securitySchemes, ...signatures },
      parameters,
      headers,
      schemas: { ...envelopes, ...answerSchemas() },
    },
  };
}
