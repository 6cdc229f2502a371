import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareContracts } from "./compare.ts";
import type { JsonSchema } from "./schemas.ts";

const file = new URL("../../docs/openapi.json", import.meta.url);
const read = (): JsonSchema => JSON.parse(readFileSync(file, "utf8"));

const at = (document: JsonSchema, path: readonly string[]): JsonSchema =>
  path.reduce<JsonSchema>((node, key) => Object(node[key]), document);

/** What a planted change is told as. */
function changes(plant: (document: JsonSchema) => void) {
  const after = read();
  plant(after);
  return compareContracts(read(), after).map(
    ({ isBreaking, place, what }) => `${isBreaking ? "breaks" : "note"}: ${place} ${what}`,
  );
}

const surveyPath = ["paths", "/functions/v1/ticket-survey", "post"];
const survey = [...surveyPath, "requestBody", "content", "application/json", "schema"];
const history = ["components", "schemas", "UsageHistory"];
const place = "POST /functions/v1/ticket-survey";
const answered = "GET /functions/v1/user-limits/history 200 answer";

it("a contract does not differ from itself", () => {
  expect(changes(() => undefined)).toEqual([]);
});

it("sentences are no part of it", () => {
  expect(changes((document) => Object.assign(at(document, surveyPath), { summary: "?" }))).toEqual(
    [],
  );
});

describe("a change that breaks callers is named", () => {
  it.each<[string, string, (document: JsonSchema) => void]>([
    ["a path that is gone", `${place} is gone`, (d) => delete at(d, surveyPath.slice(0, -1)).post],
    [
      "a status that is gone",
      `${place} 201 is answered no more`,
      (d) => delete at(d, [...surveyPath, "responses"])["201"],
    ],
    [
      "an answer's field that is gone",
      `${answered}.next_cursor is gone`,
      (d) => delete at(d, [...history, "properties"]).next_cursor,
    ],
    [
      "an answer's field that may be missing",
      `${answered}.next_cursor may be missing now`,
      (d) => Object.assign(at(d, history), { required: ["entries"] }),
    ],
    [
      "a field that has to be sent",
      `${place} request.rating is required now`,
      (d) => Object.assign(at(d, survey), { required: ["ticket_id", "rating"] }),
    ],
    [
      "a field that is not taken",
      `${place} request.feedback is gone`,
      (d) => delete at(d, [...survey, "properties"]).feedback,
    ],
    [
      "a narrower type",
      `${place} request.feedback has no type null any more`,
      (d) => Object.assign(at(d, [...survey, "properties", "feedback"]), { type: "string" }),
    ],
    [
      "a narrower limit",
      "GET /functions/v1/user-limits/history query parameter limit has another maximum: 10",
      (d) => {
        const [limit] = Object.values(
          at(d, ["paths", "/functions/v1/user-limits/history", "get", "parameters"]),
        ).map(Object);
        limit.schema.maximum = 10;
      },
    ],
    [
      "other callers",
      `${place} is for other callers`,
      (d) => Object.assign(at(d, surveyPath), { security: [{ secretKey: [] }] }),
    ],
  ])("%s", (_, told, plant) => {
    expect(changes(plant)).toContain(`breaks: ${told}`);
  });
});

describe("a change that breaks nobody is a note", () => {
  it.each<[string, string, (document: JsonSchema) => void]>([
    [
      "a new path",
      "GET /functions/v1/new is new",
      (d) => Object.assign(at(d, ["paths"]), { "/functions/v1/new": { get: {} } }),
    ],
    [
      "an answer's new field",
      `${answered}.more is new`,
      (d) => Object.assign(at(d, [...history, "properties"]), { more: {} }),
    ],
    [
      "a new field that need not be sent",
      `${place} request.more is new`,
      (d) => Object.assign(at(d, [...survey, "properties"]), { more: {} }),
    ],
    [
      "a refusal that comes no more",
      `${place} 409 is answered no more`,
      (d) => delete at(d, [...surveyPath, "responses"])["409"],
    ],
    [
      "a new code",
      `${place} 409 has the new code too_late`,
      (d) =>
        Object.assign(at(d, [...surveyPath, "responses", "409"]), { description: "`too_late`" }),
    ],
  ])("%s", (_, told, plant) => {
    const all = changes(plant);
    expect(all).toContain(`note: ${told}`);
    expect(all.filter((each) => each.startsWith("breaks"))).toEqual([]);
  });
});
