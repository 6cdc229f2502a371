import { z } from "zod";
import { tagOf } from "./fixed-parts.ts";
import type { DeclaredFunction, DeclaredRoute } from "./functions.ts";
import { groupBy } from "./group-by.ts";
import { refusalResponses, refusalsOfRoutes } from "./refusals.ts";
import { domainOf, inputSchema, type JsonSchema, type Operation } from "./schemas.ts";

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
  304: "The caller has it already.",
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
export function endpointOperation(
  name: string,
  declared: DeclaredFunction,
  routes: readonly [DeclaredRoute, ...DeclaredRoute[]],
): Operation {
  const { caller } = declared;
  const [method = "", path = ""] = routes[0].address.split(" ");
  const parameters = parametersOf(routes[0]);
  const description = routes.flatMap((route) => route.description ?? []).join("\n\n");
  const proofs = {
    user: [{ accessToken: [] }],
    secret: [{ secretKey: [] }],
    provider: [{ [name]: [] }],
    anyone: [],
  };
  return {
    operationId: operationId(method, path),
    summary: routes.map(({ summary }) => summary).join("; or: "),
    ...(description === "" ? {} : { description }),
    tags: [tagOfFunction(declared)],
    security: proofs[caller],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(routes, caller),
    responses: {
      ...answerResponses(routes),
      ...refusalResponses(refusalsOfRoutes(routes, caller), "Error"),
    },
  };
}
