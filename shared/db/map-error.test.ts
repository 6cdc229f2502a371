import { describe, expect, test } from "vitest";
import { fromDatabase, isWorthRetrying } from "./map-error.ts";

const RAW = 'null value in column "secret_column" of relation "hidden_table"';

describe("a failed statement becomes", () => {
  test.each([
    ["23505", 409, 409, "conflict"],
    ["23P01", 400, 409, "conflict"],
    ["23514", 400, 422, "invalid_input"],
    ["23503", 409, 422, "invalid_input"],
    ["23502", 400, 422, "invalid_input"],
    ["22P02", 400, 422, "invalid_input"],
    ["22003", 400, 422, "invalid_input"],
    ["22P05", 400, 422, "invalid_input"],
    ["42501", 403, 403, "forbidden"],
    ["42501", 401, 401, "unauthenticated"],
    ["PGRST301", 401, 401, "unauthenticated"],
    ["PGRST303", 401, 401, "unauthenticated"],
    ["PGRST116", 406, 404, "not_found"],
    ["40001", 500, 503, "unavailable"],
    ["40P01", 500, 503, "unavailable"],
    ["55P03", 500, 503, "unavailable"],
    ["57014", 500, 503, "unavailable"],
    ["57P01", 503, 503, "unavailable"],
    ["53300", 503, 503, "unavailable"],
    ["08006", 503, 503, "unavailable"],
    ["PGRST000", 503, 503, "unavailable"],
    ["PGRST003", 504, 503, "unavailable"],
    ["", 0, 503, "unavailable"],
    ["", 502, 503, "unavailable"],
    ["", 504, 503, "unavailable"],
    ["", 500, 500, "internal"],
    ["PGRST001", 503, 503, "unavailable"],
    ["PGRST002", 503, 503, "unavailable"],
    ["58030", 500, 503, "unavailable"],
    ["some_proxy", 503, 503, "unavailable"],
    ["PGRST100", 400, 422, "invalid_input"],
    ["PGRST102", 400, 422, "invalid_input"],
    ["PGRST103", 416, 422, "invalid_input"],
    ["54001", 413, 422, "invalid_input"],
    ["PGRST300", 500, 500, "internal"],
    ["PGRST202", 404, 500, "internal"],
    ["42P01", 404, 500, "internal"],
    ["42703", 400, 500, "internal"],
    ["P0001", 400, 500, "internal"],
    ["XX000", 500, 500, "internal"],
  ])("%j at status %i: %i %s", (code, status, answered, ours) => {
    const error = fromDatabase({ code, status, message: RAW, details: RAW, hint: RAW });
    expect(error).toMatchObject({ status: answered, code: ours, details: undefined });
    expect(`${error.message} ${JSON.stringify(error.headers)}`).not.toContain("secret_column");
    expect(error.headers).toEqual(answered === 503 ? { "retry-after": "5" } : {});
  });
});

describe("a refusal that SQL raises", () => {
  test("passes with its status, code, sentence and details", () => {
    const error = fromDatabase({
      code: "PT402",
      status: 402,
      message: "The plan allows one assistant.",
      hint: "limit_reached",
      details: '{"used": 1, "allowed": 1}',
    });
    expect(error).toMatchObject({
      status: 402,
      code: "limit_reached",
      message: "The plan allows one assistant.",
      details: { used: 1, allowed: 1 },
      headers: {},
    });
  });

  test("says when to come back, where SQL does", () => {
    const error = fromDatabase({
      code: "PT429",
      status: 429,
      message: "Too many tickets today.",
      hint: "rate_limited",
      details: '{"retry_after_seconds": 61.2}',
    });
    expect(error).toMatchObject({ status: 429, headers: { "retry-after": "62" } });
  });

  test.each([[""], ["not json"], [null], [undefined]])("bears details of %j", (details) => {
    const error = fromDatabase({
      code: "PT409",
      status: 409,
      message: "No.",
      hint: "ticket_closed",
      details,
    });
    expect(error).toMatchObject({ status: 409, code: "ticket_closed", details: undefined });
  });

  test("has a code even when the hint is none", () => {
    const error = fromDatabase({
      code: "PT403",
      status: 403,
      message: "No.",
      hint: "Try this instead!",
    });
    expect(error.code).toBe("refused");
  });

  test("cannot make a success or a redirect of itself", () => {
    expect(fromDatabase({ code: "PT200", status: 200 })).toMatchObject({ status: 500 });
    expect(fromDatabase({ code: "PT302", status: 302 })).toMatchObject({ status: 500 });
  });
});

test("only a serialization failure and a deadlock are worth an immediate second try", () => {
  const codes = ["40001", "40P01", "55P03", "57014", "23505", "", "PGRST003"];
  expect(codes.filter((code) => isWorthRetrying({ code, status: 500 }))).toEqual([
    "40001",
    "40P01",
  ]);
});
