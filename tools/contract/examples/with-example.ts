import type { JsonSchema, Operation } from "../schemas.ts";
import { type Example, exampleOf, filled } from "./examples.ts";

interface Content {
  readonly content?: Readonly<Record<string, JsonSchema>>;
}

const isNamed = (value: unknown): value is { readonly name: string } =>
  typeof value === "object" && value !== null && "name" in value;

function parametersWith(parameters: unknown, { path, query }: Example): JsonSchema {
  if (!Array.isArray(parameters)) return {};
  const values: Readonly<Record<string, unknown>> = { ...path, ...query };
  return {
    parameters: parameters.map((parameter: unknown) =>
      isNamed(parameter) && parameter.name in values
        ? { ...parameter, example: values[parameter.name] }
        : parameter,
    ),
  };
}

/** The JSON of a request or an answer with an example beside its schema. */
function contentWith<Part extends Content>(part: Part, example: unknown): Part {
  const { "application/json": json, ...others } = part.content ?? {};
  if (json === undefined || example === undefined) return part;
  return { ...part, content: { "application/json": { ...json, example }, ...others } };
}

/** An operation with the example of its request and of its answer, which a test sends and compares. */
export function withExample(operation: Operation): Operation {
  const example = filled(exampleOf(operation.operationId));
  const { status, body, answer } = example;
  const response = operation.responses[status];
  if (response === undefined) {
    throw new Error(`The example of ${operation.operationId} is answered with ${status}.`);
  }
  return {
    ...operation,
    ...parametersWith(operation.parameters, example),
    ...(operation.requestBody === undefined
      ? {}
      : { requestBody: contentWith(Object(operation.requestBody), body) }),
    responses: { ...operation.responses, [status]: contentWith(response, answer) },
  };
}
