import { expect, it } from "vitest";
import { callFunction } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { createUser } from "../../support/users.ts";

it("is refused without a key", async () => {
  const response = await callFunction("maintenance", { method: "POST", headers: { apikey: "" } });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: "unauthenticated" });
});

it("is refused with the publishable key and with a user's token", async () => {
  expect((await callFunction("maintenance", { method: "POST" })).status).toBe(401);
  const user = await createUser("admin");
  expect((await callFunction("maintenance", { method: "POST", user })).status).toBe(401);
});

it("is refused with a key that is not ours", async () => {
  const headers = { apikey: "sb_secret_not_ours" };
  expect((await callFunction("maintenance", { method: "POST", headers })).status).toBe(401);
});

it("answers POST only", async () => {
  const headers = { apikey: testStack().secret_key };
  const response = await callFunction("maintenance", { method: "GET", headers });
  expect(response.status).toBe(405);
  expect(response.headers.get("allow")).toContain("POST");
});
