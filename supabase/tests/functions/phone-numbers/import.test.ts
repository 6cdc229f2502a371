import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callJson } from "../../support/functions.ts";
import { testStack } from "../../support/resources.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { newNumber } from "../../support/vapi.ts";
import { atVapi, failVapi } from "../../support/vapi-cloud.ts";
import { taskOf, workOnTasks } from "../../support/work.ts";

const SID = "AC0123456789abcdef0123456789ABCDEF";
const newToken = () => randomUUID().replaceAll("-", "");

const wish = (number = newNumber(), more: object = {}) => ({
  provider: "twilio",
  phone_number: number,
  friendly_name: "Front desk",
  twilio_account_sid: SID,
  twilio_auth_token: newToken(),
  ...more,
});
const ask = (user: TestUser, body: object) => callJson("phone-numbers", body, { user });
const rows = (user: TestUser) =>
  sql<{ id: string; status: string; vapi_phone_id: string | null; error: string | null }>(
    "select id, status, vapi_phone_id, error from public.phone_numbers where user_id = $1",
    [user.id],
  );

it("a Twilio number is active at once, without an assistant at VAPI, and tells neither VAPI's id nor the account", async () => {
  const user = await createUser();
  const number = newNumber();
  const response = await ask(user, wish(number));
  expect(response.status).toBe(201);
  const answer = await response.json();
  expect(answer).toEqual({
    id: expect.any(String),
    phone_number: number,
    friendly_name: "Front desk",
    provider: "twilio",
    area_code: null,
    assistant_id: null,
    status: "active",
    error: null,
    created_at: expect.any(String),
  });
  const [atCloud, ...others] = await atVapi("numbers", number);
  expect(others).toEqual([]);
  expect(atCloud).toMatchObject({
    name: `sb-${answer.id}`,
    smsEnabled: false,
    server: {
      url: `${testStack().url}/functions/v1/vapi-webhook`,
      credentialId: expect.any(String),
      backoffPlan: { type: "exponential", maxRetries: expect.any(Number) },
    },
  });
  for (const key of ["assistantId", "squadId", "workflowId", "fallbackDestination", "hooks"]) {
    expect(atCloud).not.toHaveProperty(key);
  }
});

it("an API key pair does as well", async () => {
  const user = await createUser();
  const { twilio_auth_token: _, ...rest } = wish();
  const pair = { twilio_api_key: `SK${newToken()}`, twilio_api_secret: newToken() };
  expect((await ask(user, { ...rest, ...pair })).status).toBe(201);
});

it("an assistant can be assigned with the import, and VAPI does not hear of it", async () => {
  const user = await createUser();
  const { data } = await user.client.from("assistants").insert({ name: "A" }).select("id").single();
  const number = newNumber();
  const response = await ask(user, wish(number, { assistant_id: data?.id }));
  expect(await response.json()).toMatchObject({ assistant_id: data?.id, status: "active" });
  expect(JSON.stringify(await atVapi("numbers", number))).not.toContain(data?.id);
});

describe("bad input is 422, and nothing is written or asked", () => {
  it.each([
    ["a number with spaces", { phone_number: "+1 415 555 0100" }],
    ["a number without its plus", { phone_number: "14155550100" }],
    ["sixteen digits", { phone_number: "+1234567890123456" }],
    ["a short SID", { twilio_account_sid: "AC0123" }],
    ["another kind of SID", { twilio_account_sid: SID.replace("AC", "SK") }],
    ["no secret", { twilio_auth_token: undefined }],
    ["both kinds of secrets", { twilio_api_key: "SKx", twilio_api_secret: "x" }],
    ["half a key pair", { twilio_auth_token: undefined, twilio_api_key: "SKx" }],
    ["a blank name", { friendly_name: " " }],
    ["a key that is not known", { server: { url: "https://evil.example" } }],
    ["an assistant of nobody", { assistant_id: randomUUID() }],
    ["another provider", { provider: "vonage" }],
  ])("%s", async (_, change) => {
    const user = await createUser();
    const body = wish(newNumber(), change);
    const response = await ask(user, body);
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: "invalid_input" });
    expect(text).not.toContain(body.twilio_auth_token);
    expect(await rows(user)).toEqual([]);
  });

  it.each(["12", "4155", "115", "41a"])("area code %s", async (area_code) => {
    const user = await createUser();
    expect((await ask(user, { provider: "vapi", area_code })).status).toBe(422);
    expect(await rows(user)).toEqual([]);
  });
});

describe("what VAPI answers becomes the right status, and nothing stays", () => {
  it.each([
    [400, 422, "number_refused"],
    [409, 422, "number_refused"],
    [401, 503, "voice_provider_unavailable"],
    [402, 503, "voice_provider_unavailable"],
    [404, 503, "voice_provider_unavailable"],
    [429, 503, "voice_provider_unavailable"],
  ])("%i is %i %s", async (status, expected, code) => {
    const user = await createUser();
    const number = newNumber();
    const body = { message: ["nope"], error: "Nope", statusCode: status };
    await failVapi({ includes: number, status, body });
    const response = await ask(user, wish(number));
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ code });
    expect(response.headers.has("retry-after")).toBe(expected === 503);
    expect(await rows(user)).toEqual([]);
    expect((await ask(user, wish(number))).status).toBe(201);
  });

  it("429 hands VAPI's Retry-After on", async () => {
    const user = await createUser();
    const number = newNumber();
    await failVapi({ includes: number, status: 429, headers: { "retry-after": "17" } });
    expect((await ask(user, wish(number))).headers.get("retry-after")).toBe("17");
  });

  it("a wrong secret and somebody else's number answer alike", async () => {
    const [owner, other] = [await createUser(), await createUser()];
    const number = newNumber();
    expect((await ask(owner, wish(number))).status).toBe(201);
    const taken = await ask(other, wish(number));
    const wrong = await ask(
      other,
      wish(newNumber(), { twilio_auth_token: "twilio-refuses-this-token" }),
    );
    const said = async (response: Response) => {
      const { request_id: _, ...body } = await response.json();
      return { status: response.status, ...body };
    };
    expect(await said(taken)).toEqual(await said(wrong));
    expect(await rows(other)).toEqual([]);
  });

  it("one's own number is 409, also twice at once", async () => {
    const user = await createUser();
    const number = newNumber();
    const answers = await Promise.all([1, 2, 3].map(() => ask(user, wish(number))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const again = await ask(user, wish(number));
    expect(await again.json()).toMatchObject({ code: "number_already_added" });
    expect(await atVapi("numbers", number)).toHaveLength(1);
  });
});

describe("when VAPI's answer does not come, the number stays importing", () => {
  it.each([
    ["it did and answered 500", "after"],
    ["it did and never answered", "hang_after"],
  ])("%s: a task adopts it, and asks for no second one", async (_, mode) => {
    const user = await createUser();
    const number = newNumber();
    await failVapi({ includes: number, method: "POST", mode, status: 500 });
    const response = await ask(user, wish(number));
    expect(response.status).toBe(202);
    const { id, status } = await response.json();
    expect(status).toBe("importing");
    expect((await ask(user, wish(number))).status).toBe(409);

    await workOnTasks("confirm_phone_number", id);
    expect(await rows(user)).toMatchObject([{ id, status: "active" }]);
    const cloud = await atVapi("numbers", number);
    expect(cloud).toMatchObject([{ id: (await rows(user))[0]?.vapi_phone_id }]);
    const created = (await atVapi("requests", number)).filter(({ method }) => method === "POST");
    expect(created).toHaveLength(1);
  });

  it.each([
    ["it refused with 500", "refuse"],
    ["it did not and never answered", "hang"],
  ])("%s: after three looks the row has failed, and the owner may try again", async (_, mode) => {
    const user = await createUser();
    const number = newNumber();
    await failVapi({ includes: number, method: "POST", mode, status: 500 });
    const { id } = await (await ask(user, wish(number))).json();
    for (const look of [1, 2]) {
      await workOnTasks("confirm_phone_number", id);
      expect(await taskOf("confirm_phone_number", id)).toMatchObject({
        state: "open",
        attempts: look,
      });
    }
    await workOnTasks("confirm_phone_number", id);
    expect(await rows(user)).toMatchObject([
      { id, status: "failed", error: "number_import_unconfirmed" },
    ]);
    expect((await ask(user, wish(number))).status).toBe(201);
    expect(await rows(user)).toMatchObject([{ status: "active" }]);
  });

  it("a number given up meanwhile is cleared at VAPI", async () => {
    const user = await createUser();
    const number = newNumber();
    await failVapi({ includes: number, method: "POST", mode: "after", status: 500 });
    const { id } = await (await ask(user, wish(number))).json();
    const { error } = await user.client.from("phone_numbers").delete().eq("id", id);
    expect(error).toBeNull();
    await workOnTasks("confirm_phone_number", id);
    expect(await atVapi("numbers", number)).toEqual([]);
  });
});

describe("a number of VAPI's", () => {
  it("is importing until VAPI answers it, then active with its number", async () => {
    const user = await createUser();
    const response = await ask(user, {
      provider: "vapi",
      area_code: "415",
      friendly_name: "Sales",
    });
    expect(response.status).toBe(201);
    const answer = await response.json();
    expect(answer).toMatchObject({ status: "importing", area_code: "415", phone_number: null });
    await workOnTasks("confirm_phone_number", answer.id);
    const { data } = await user.client.from("phone_numbers").select().eq("id", answer.id).single();
    expect(data).toMatchObject({
      status: "active",
      phone_number: expect.stringMatching(/^\+1415/),
    });
  });

  it("is one on the free plan, also when asked for five times at once: 402", async () => {
    const user = await createUser();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask(user, { provider: "vapi", area_code: "628" })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 402, 402, 402, 402]);
    const refused = answers.filter(({ status }) => status === 402);
    for (const answer of refused) {
      expect(await answer.json()).toMatchObject({ code: "limit_reached" });
    }
    expect(await rows(user)).toHaveLength(1);
  });

  it("of an area without any is 422 area_code_unavailable, and leaves nothing", async () => {
    const user = await createUser();
    const response = await ask(user, { provider: "vapi", area_code: "907" });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "area_code_unavailable" });
    expect(await rows(user)).toEqual([]);
  });
});

describe("an account that may not use voice is refused before VAPI is asked", () => {
  it.each([
    [
      "a trial past its end",
      "demo_expires_at = now() - interval '1 second'",
      403,
      "account_expired",
    ],
    ["a suspended one", "account_status = 'suspended'", 403, "account_suspended"],
    ["a closing one", "account_status = 'closing'", 409, "account_closing"],
  ])("%s", async (_, change, status, code) => {
    const user = await createUser();
    await sql(`update public.profiles set ${change} where id = $1`, [user.id]);
    const number = newNumber();
    const response = await ask(user, wish(number));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(await atVapi("requests", number)).toEqual([]);
    expect(await rows(user)).toEqual([]);
  });
});

it("twenty imports a day are the limit: 429 with Retry-After", async () => {
  const user = await createUser();
  await sql(
    `insert into private.rate_windows (user_id, kind, window_start, taken)
     values ($1, 'number_imports', date_bin('1 day', now(), timestamptz '2000-01-01 00:00:00+00'), 20)`,
    [user.id],
  );
  const response = await ask(user, wish());
  expect(response.status).toBe(429);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({ code: "rate_limited" });
});

it("without a token it is 401", async () => {
  expect((await callJson("phone-numbers", wish())).status).toBe(401);
});

describe("a number that was given up and is added again at once", () => {
  async function givenUp() {
    const user = await createUser();
    const number = newNumber();
    const { id } = await (await ask(user, wish(number))).json();
    const { error } = await user.client.from("phone_numbers").delete().eq("id", id);
    expect(error).toBeNull();
    const [atCloud] = await atVapi("numbers", number);
    return { user, number, vapiId: String(atCloud?.id) };
  }

  it("is connected: VAPI gives it up before, and the release that was queued does no harm", async () => {
    const { user, number, vapiId } = await givenUp();
    expect((await ask(user, wish(number))).status).toBe(201);
    await workOnTasks("release_phone_number", vapiId);
    const [atCloud, ...others] = await atVapi("numbers", number);
    expect(others).toEqual([]);
    expect(await rows(user)).toMatchObject([{ status: "active", vapi_phone_id: atCloud?.id }]);
  });

  it("also when its release died", async () => {
    const { user, number, vapiId } = await givenUp();
    await sql("update public.tasks set dead_at = now() where resource_id = $1", [vapiId]);
    expect((await ask(user, wish(number))).status).toBe(201);
  });

  it("and VAPI does not answer in between: 503, to be tried again, and nothing stays", async () => {
    const { user, number, vapiId } = await givenUp();
    await failVapi({ includes: vapiId, method: "GET", status: 500 });
    const response = await ask(user, wish(number));
    expect(response.status).toBe(503);
    expect(response.headers.has("retry-after")).toBe(true);
    expect(await rows(user)).toEqual([]);
  });

  it("by somebody else it is refused as ever, and stays with whoever gave it up until it is released", async () => {
    const { number, vapiId } = await givenUp();
    const response = await ask(await createUser(), wish(number));
    expect(await response.json()).toMatchObject({ code: "number_refused" });
    expect(await atVapi("numbers", number)).toMatchObject([{ id: vapiId }]);
  });
});
