import { describe, expect, test } from "vitest";
import { Contract } from "../gateway/contract.ts";
import { projectRoot } from "../project.ts";

const contract = Contract.of(projectRoot);
const limits = {
  method: "GET",
  path: "/functions/v1/user-limits",
  contentType: "application/json",
};
const rpc = {
  method: "POST",
  path: "/rest/v1/rpc/delete_attachment",
  contentType: "application/json",
};
const refusal = { message: "No.", request_id: "r" };
const ofRest = { message: "No.", details: null };

const problems = (answer: Parameters<Contract["problemsOf"]>[0]) => contract?.problemsOf(answer);

describe("an answer that breaks the contract is found:", () => {
  test.each([
    ["a body without its fields", { ...limits, status: 200, body: {} }, /required/],
    ["a status that is not named", { ...limits, status: 418, body: undefined }, /no status 418/],
    [
      "another media type",
      { ...limits, contentType: "text/html", status: 200, body: undefined },
      /no text\/html/,
    ],
    [
      "a code that the route does not name",
      { ...limits, status: 403, body: { ...refusal, code: "last_admin" } },
      /no code last_admin/,
    ],
    [
      "a refusal with a field that no contract names",
      { ...limits, status: 401, body: { ...refusal, code: "unauthenticated", stack: "x" } },
      /additional/,
    ],
    [
      "a rule of SQL that the function does not name",
      { ...rpc, status: 409, body: { ...ofRest, code: "PT409", hint: "last_admin" } },
      /last_admin/,
    ],
    ["a value of another type", { ...rpc, status: 200, body: { path: 1 } }, /must be string/],
  ])("%s", (_, answer, problem) => {
    expect(problems(answer)).toEqual([expect.stringMatching(problem)]);
  });
});

describe("an answer that keeps it is not:", () => {
  test.each([
    ["a named refusal", { ...limits, status: 401, body: { ...refusal, code: "unauthenticated" } }],
    [
      "a rule of SQL",
      { ...rpc, status: 409, body: { ...ofRest, code: "PT409", hint: "ticket_closed" } },
    ],
    [
      "a refusal of Postgres' own",
      { ...rpc, status: 400, body: { ...ofRest, code: "22P02", hint: null } },
    ],
    ["a value", { ...rpc, status: 200, body: "a/path" }],
    [
      "what the contract does not speak of",
      { ...limits, path: "/functions/v1/other", status: 418, body: 1 },
    ],
  ])("%s", (_, answer) => {
    expect(problems(answer)).toEqual([]);
  });
});
