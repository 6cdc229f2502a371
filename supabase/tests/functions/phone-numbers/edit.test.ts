import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction, callJson } from "../../support/functions.ts";
import type { TestUser } from "../../support/users.ts";
import { createTenant } from "../../support/vapi.ts";
import { atVapi, failVapi } from "../../support/vapi-cloud.ts";
import { openLine } from "../../support/vapi-line.ts";
import { taskOf, workOnTasks } from "../../support/work.ts";

const change = (user: TestUser, id: string, body: object) =>
  callJson(`phone-numbers/${id}`, body, { user, method: "PATCH" });
const remove = (user: TestUser, id: string) =>
  callFunction(`phone-numbers/${id}`, { user, method: "DELETE" });

describe("PATCH", () => {
  it("names and assigns, each alone, and null takes away", async () => {
    const { user, phoneNumberId, assistantId } = await createTenant();
    const named = await change(user, phoneNumberId, { friendly_name: "Night line" });
    expect(named.status).toBe(200);
    expect(await named.json()).toMatchObject({
      friendly_name: "Night line",
      assistant_id: assistantId,
    });
    const nobody = await change(user, phoneNumberId, { assistant_id: null });
    expect(await nobody.json()).toMatchObject({ friendly_name: "Night line", assistant_id: null });
    const again = await change(user, phoneNumberId, {
      assistant_id: assistantId,
      friendly_name: null,
    });
    expect(await again.json()).toMatchObject({ friendly_name: null, assistant_id: assistantId });
  });

  it.each([
    ["nothing", {}],
    ["a blank name", { friendly_name: "" }],
    ["an assistant that is no id", { assistant_id: "reception" }],
    ["the number itself", { phone_number: "+14155550100" }],
    ["the status", { status: "active" }],
    ["VAPI's id", { vapi_phone_id: "x" }],
  ])("of %s is 422", async (_, body) => {
    const { user, phoneNumberId } = await createTenant();
    expect((await change(user, phoneNumberId, body)).status).toBe(422);
  });

  it("to somebody else's assistant answers as to one that does not exist", async () => {
    const [own, other] = [await createTenant(), await createTenant()];
    const said = async (assistant_id: string) => {
      const response = await change(own.user, own.phoneNumberId, { assistant_id });
      const { request_id: _, ...body } = await response.json();
      return { status: response.status, ...body };
    };
    const foreign = await said(other.assistantId);
    expect(foreign).toEqual(await said(randomUUID()));
    expect(foreign).toMatchObject({ status: 422 });
  });

  it("and DELETE of somebody else's number answer as for one that does not exist: 404", async () => {
    const [own, other] = [await createTenant(), await createTenant()];
    for (const id of [other.phoneNumberId, randomUUID(), "not-an-id"]) {
      expect((await change(own.user, id, { friendly_name: "Mine" })).status).toBe(404);
      expect((await remove(own.user, id)).status).toBe(404);
    }
  });

  it("and DELETE are refused to an account whose trial is over by the clock", async () => {
    const { user, phoneNumberId } = await createTenant();
    await sql(
      "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
      [user.id],
    );
    for (const response of [
      await change(user, phoneNumberId, { friendly_name: "Late" }),
      await remove(user, phoneNumberId),
    ]) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "account_expired" });
    }
  });
});

describe("DELETE", () => {
  it("releases the number at VAPI", async () => {
    const { user, phoneNumberId, vapiPhoneId } = await openLine();
    expect((await remove(user, phoneNumberId)).status).toBe(204);
    expect((await remove(user, phoneNumberId)).status).toBe(404);
    await workOnTasks("release_phone_number", vapiPhoneId);
    expect(await atVapi("numbers", vapiPhoneId)).toEqual([]);
  });

  it.each([
    [404, "done"],
    [429, "open"],
    [500, "open"],
  ])("with VAPI answering %i is %s", async (status, state) => {
    const { user, phoneNumberId, vapiPhoneId } = await openLine();
    await remove(user, phoneNumberId);
    await failVapi({ includes: vapiPhoneId, method: "DELETE", status });
    await workOnTasks("release_phone_number", vapiPhoneId);
    expect(await taskOf("release_phone_number", vapiPhoneId)).toMatchObject({ state });
    await workOnTasks("release_phone_number", vapiPhoneId);
    expect(await taskOf("release_phone_number", vapiPhoneId)).toMatchObject({ state: "done" });
  });

  it("of the user leaves no number at VAPI", async () => {
    const { user, vapiPhoneId } = await openLine();
    await sql("delete from auth.users where id = $1", [user.id]);
    await workOnTasks("release_phone_number", vapiPhoneId);
    expect(await atVapi("numbers", vapiPhoneId)).toEqual([]);
  });
});
