import type { JsonSchema } from "./schemas.ts";

/** A JSON Schema as the committed contract holds it, with the keywords that a page shows. */
export interface ShownSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly items?: ShownSchema;
  readonly anyOf?: readonly ShownSchema[];
  readonly oneOf?: readonly ShownSchema[];
  readonly allOf?: readonly ShownSchema[];
  readonly properties?: Readonly<Record<string, ShownSchema>>;
  readonly additionalProperties?: ShownSchema | boolean;
  readonly required?: readonly string[];
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: ShownSchema }>>;
}

export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly [string];
  readonly security: readonly JsonSchema[];
  readonly requestBody?: Pick<Answer, "content">;
  readonly responses: Readonly<Record<string, Answer>>;
}

/** The part of docs/openapi.json of which pages are made. */
export interface ContractDocument {
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, ShownSchema>> };
}

export const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf("/") + 1);

export const jsonOf = (answer: Pick<Answer, "content"> | undefined): ShownSchema | undefined =>
  answer?.content?.["application/json"]?.schema;

/** A text in a cell of a table. */
export const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** Who may call, by the keys that the operation takes. */
export function callerOf({ security }: Operation): string {
  const keys = security.flatMap((one) => Object.keys(one));
  if (keys.includes("accessToken")) return "a signed-in person";
  if (keys.includes("secretKey")) return "a server with the secret key";
  return keys.length === 0 ? "anybody with a link" : "the provider, by its signature";
}

/** The codes of a refusal, which its description lists. */
export const codesIn = (description: unknown): string[] =>
  String(description).match(/(?<=`)[a-z_]+(?=`)/g) ?? [];

/** The refusals, such as "409 `account_closing`", without those that are named once for all. */
export function refusalsOf({ responses }: Operation, general: ReadonlySet<string>): string {
  return Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, { description }]) =>
      codesIn(description)
        .filter((code) => !general.has(code))
        .map((code) => `${status} \`${code}\``),
    )
    .join(", ");
}

/** A schema's type in a few words. */
export function typeText(schema: ShownSchema): string {
  if (schema.$ref !== undefined)
    return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeText))].join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((value) => literal(value)).join(" or ");
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.type === undefined) return "JSON";
  const types = typeof schema.type === "string" ? [schema.type] : schema.type;
  return types.map((type) => plainType(type, schema)).join(" or ");
}

const literal = (value: unknown): string => (value === null ? "null" : `\`${String(value)}\``);

function plainType(type: string, { format, items, additionalProperties }: ShownSchema): string {
  if (type === "array") return `list of ${items === undefined ? "JSON" : typeText(items)}`;
  if (type === "string") return format === undefined ? "text" : (formats[format] ?? format);
  if (type !== "object" || typeof additionalProperties !== "object") return type;
  const value = typeText(additionalProperties);
  return value === "JSON" ? "object" : `object by name of ${value}`;
}

const formats: Readonly<Record<string, string>> = { "date-time": "time", date: "day" };
