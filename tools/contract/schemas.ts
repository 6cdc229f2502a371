import { z } from "zod";
import * as accounts from "../../shared/accounts/contract.ts";
import * as classes from "../../shared/classes/contract.ts";
import type { RpcDeclaration } from "../../shared/core/contract.ts";
import * as mail from "../../shared/mail/contract.ts";
import * as support from "../../shared/support/contract.ts";
import * as voice from "../../shared/voice/contract.ts";
import * as platform from "../../shared/webhook/contract.ts";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** An operation of the document. */
export interface Operation extends JsonSchema {
  readonly operationId: string;
  readonly responses: Record<string, JsonSchema>;
}

const domains = { platform, accounts, mail, voice, classes, support };

export type Domain = keyof typeof domains;

const registry = z.registry<{ id: string }>();
/** The domain of a schema, by its name. */
export const domainOf = new Map<string, Domain>();
for (const domain of Object.keys(domains) as Domain[]) {
  for (const [id, schema] of Object.entries<z.ZodType>(domains[domain].schemas)) {
    registry.add(schema, { id });
    domainOf.set(id, domain);
  }
}

/** What the answers are made of, by name. They are left open: a client has to bear a field that is new. */
export function answerSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, {
    io: "output",
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      withoutPattern(jsonSchema);
    },
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}

/** The answer of an RPC: by its name where it has one. */
export function answerSchema(schema: z.ZodType): JsonSchema {
  const name = registry.get(schema)?.id;
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const element = schema instanceof z.ZodArray ? schema.element : null;
  if (element instanceof z.ZodType) return { type: "array", items: answerSchema(element) };
  const { $schema, ...plain } = z.toJSONSchema(schema, { io: "output" });
  return plain;
}

/** The columns of rows that are answered, in their order. */
export function columnsOf(schema: z.ZodType): string[] {
  const row = schema instanceof z.ZodArray ? schema.element : null;
  return row instanceof z.ZodObject ? Object.keys(row.shape) : [];
}

/** What a request may hold, as its sender writes it. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...plain } = z.toJSONSchema(schema, {
    io: "input",
    // A file is none of JSON's types; its schema says in `meta` how it is sent.
    unrepresentable: "any",
    override: ({ jsonSchema }) => withoutPattern(jsonSchema),
  });
  return plain;
}

/** A format says it to a reader; its regular expression of zod's says it to nobody. */
function withoutPattern(schema: JsonSchema): void {
  if (schema.format !== undefined || schema.type === "integer") delete schema.pattern;
}

/** Every function of the database that the contract names, with its domain. */
export const rpcs: ReadonlyMap<string, RpcDeclaration & { readonly domain: Domain }> = new Map(
  (Object.keys(domains) as Domain[]).flatMap((domain) =>
    Object.entries(domains[domain].rpcs).map(([name, rpc]) => [name, { ...rpc, domain }] as const),
  ),
);
