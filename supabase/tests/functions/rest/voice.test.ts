import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { testStack } from "../../support/resources.ts";
import { createUser, serviceClient, type TestUser } from "../../support/users.ts";

/** What a signed-in customer can do to the tables of voice over plain REST, as supabase-js speaks it. */

const insert = (user: TestUser, name = "New") => user.client.from("assistants").insert({ name });

const counted = (user: TestUser) =>
  sqlOne(
    `select l.current_assistants::integer as counter, usage.current_assistants::integer as rows, usage.logged_assistants::integer as logged
     from public.user_limits l,
       jsonb_to_record(private.recompute_usage(l.user_id)) usage (current_assistants bigint, logged_assistants bigint) where l.user_id = $1`,
    [user.id],
  );

describe("assistants", () => {
  it("exactly one of fifty parallel inserts passes at limit 1, the others are 402 with used and allowed", async () => {
    const user = await createUser();
    const answers = await Promise.all(Array.from({ length: 50 }, () => insert(user)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status === 402);
    expect(refused).toHaveLength(49);
    expect(refused[0]?.error).toMatchObject({ hint: "limit_reached" });
    expect(JSON.parse(refused[0]?.error?.details ?? "")).toEqual({
      limit: "assistants",
      used: 1,
      allowed: 1,
    });
    expect(await counted(user)).toEqual({ counter: 1, rows: 1, logged: 1 });
  });

  it("upserts with either conflict rule never drift the counter", async () => {
    const user = await createUser();
    const service = serviceClient().from("assistants");
    const row = { id: randomUUID(), user_id: user.id, name: "First" };

    expect((await service.upsert(row)).error).toBeNull();
    expect((await service.upsert({ ...row, name: "Merged" })).error).toBeNull();
    expect(
      (await service.upsert({ ...row, name: "Ignored" }, { ignoreDuplicates: true })).error,
    ).toBeNull();

    const { data } = await user.client.from("assistants").select("name");
    expect(data).toEqual([{ name: "Merged" }]);
    expect(await counted(user)).toEqual({ counter: 1, rows: 1, logged: 1 });
    expect((await user.client.from("assistants").delete().eq("id", row.id)).status).toBe(204);
    expect(await counted(user)).toEqual({ counter: 0, rows: 0, logged: 0 });
  });

  it("an insert for another user says the same whether he is full, free or nobody", async () => {
    const [user, full, free] = [await createUser(), await createUser(), await createUser()];
    await insert(full);
    const answers = await Promise.all(
      [full.id, free.id, randomUUID()].map((user_id) =>
        user.client.from("assistants").insert({ user_id, name: "Planted" }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(new Set(answers.map(({ error }) => JSON.stringify(error))).size).toBe(1);
  });

  it("an unknown key of the configuration is 422 and says which", async () => {
    const user = await createUser();
    const { status, error } = await user.client.from("assistants").insert({
      name: "Smuggler",
      configuration: { server: { url: "https://elsewhere.example" } },
    });
    expect({ status, hint: error?.hint, details: JSON.parse(error?.details ?? "") }).toEqual({
      status: 422,
      hint: "invalid_configuration",
      details: { key: "server", reason: "unknown_key" },
    });
  });

  it("an expired account reads its assistants and is told why it cannot write them", async () => {
    const user = await createUser();
    await insert(user, "Kept");
    await sql(
      "update public.profiles set demo_expires_at = now() - interval '1 second' where id = $1",
      [user.id],
    );
    const table = () => user.client.from("assistants");
    for (const { status, error } of [
      await insert(user),
      await table().update({ name: "Edited" }).eq("name", "Kept"),
      await table().delete().eq("name", "Kept"),
    ]) {
      expect({ status, hint: error?.hint }).toEqual({ status: 403, hint: "account_expired" });
    }
    expect((await table().select("name")).data).toEqual([{ name: "Kept" }]);
  });
});

describe("what no client can change", () => {
  const attempts: [string, string, Record<string, unknown>][] = [
    ["a limit", "user_limits", { max_assistants: 99 }],
    ["the usage", "user_limits", { used_call_time_seconds: 0 }],
    ["the plan", "user_limits", { plan_type: "enterprise" }],
    ["the period", "user_limits", { period_end: null }],
    ["the role", "profiles", { role: "admin" }],
    ["the expiry", "profiles", { demo_expires_at: "2099-01-01" }],
    ["the trial", "profiles", { is_demo: false }],
    ["the status", "profiles", { account_status: "active" }],
    ["a provider's assistant", "assistants", { vapi_assistant_id: "other" }],
    ["the state of provisioning", "assistants", { provisioning: "ready" }],
    ["an owner", "assistants", { user_id: "10000000-0000-4000-8000-000000000001" }],
    ["a provider's number", "phone_numbers", { vapi_phone_id: "other" }],
    ["a number", "phone_numbers", { phone_number: "+15550100" }],
    ["a duration", "call_logs", { ended_at: "2020-01-01" }],
    ["a grant", "call_logs", { granted_seconds: 0 }],
    ["a line of the log", "usage_logs", { call_time_change_seconds: 0 }],
  ];

  it.each(attempts)("%s", async (_what, table, change) => {
    const user = await createUser();
    await insert(user);
    const { url, publishable_key } = testStack();
    const key = ["profiles"].includes(table) ? "id" : "user_id";
    const response = await fetch(`${url}/rest/v1/${table}?${key}=eq.${user.id}`, {
      method: "PATCH",
      headers: {
        apikey: publishable_key,
        authorization: `Bearer ${user.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(change),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "42501" });
  });

  it.each(["call_logs", "usage_logs", "phone_numbers", "user_limits"])(
    "a new row of %s",
    async (table) => {
      const user = await createUser();
      const { url, publishable_key } = testStack();
      const response = await fetch(`${url}/rest/v1/${table}`, {
        method: "POST",
        headers: {
          apikey: publishable_key,
          authorization: `Bearer ${user.token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ user_id: user.id }),
      });
      expect(response.status).toBe(403);
    },
  );
});

describe("the end of an account", () => {
  it("its deletion is asked for and taken back", async () => {
    const user = await createUser();
    const asked = await user.client.rpc("request_account_deletion");
    expect(asked.error).toBeNull();
    const wish = () => user.client.from("profiles").select("deletion_requested_at").single();
    expect((await wish()).data?.deletion_requested_at).not.toBeNull();
    expect((await user.client.rpc("cancel_account_deletion")).error).toBeNull();
    expect((await wish()).data).toEqual({ deletion_requested_at: null });
  });

  it("its data can be taken along", async () => {
    const user = await createUser();
    await insert(user, "Mine");
    const { data, error } = await user.client.rpc("export_my_data");
    expect(error).toBeNull();
    expect(data).toMatchObject({
      next_cursor: null,
      accounts: { profile: [{ email: user.email }] },
      voice: { assistants: [{ name: "Mine" }], calls: [] },
    });
  });
});
