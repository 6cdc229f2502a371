import { beforeAll, expect, it } from "vitest";
import { sql } from "../../support/database.ts";
import { callFunction } from "../../support/functions.ts";
import { deliveriesOf, mailsTo, notify, sendAll } from "../../support/mail.ts";
import { createUser, type TestUser } from "../../support/users.ts";

const data = { demo_expires_at: "2026-12-24T17:30:00+00:00" };

beforeAll(async () => {
  await sql("update private.settings set value = '1000' where name = 'mails_per_second'");
});

/** The token of the link in the newest mail of somebody. */
async function tokenOf({ id, email }: TestUser): Promise<string> {
  await notify(id, "demo_2_days", data);
  await sendAll(id);
  const [mail] = await mailsTo(email);
  const link = mail?.headers["List-Unsubscribe"] ?? "";
  return new URL(link.slice(1, -1)).searchParams.get("token") ?? "";
}

const use = (token: string, method = "POST") =>
  callFunction(`email-unsubscribe?token=${encodeURIComponent(token)}`, {
    method,
    ...(method === "POST"
      ? {
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: "List-Unsubscribe=One-Click",
        }
      : {}),
  });

it("one click turns the kind off, a look does not, and a second click cannot undo a later choice", async () => {
  const user = await createUser();
  const token = await tokenOf(user);
  const looked = await use(token, "GET");
  expect(await looked.json()).toEqual({ kind: "demo_2_days", channel: "email", is_enabled: true });
  expect(await (await use(token, "GET")).json()).toMatchObject({ is_enabled: true });
  const clicked = await use(token.toUpperCase());
  expect(clicked.status).toBe(200);
  expect(await clicked.json()).toEqual({
    kind: "demo_2_days",
    channel: "email",
    is_enabled: false,
  });
  expect((await use(token)).status).toBe(200);
  const choice = { p_kind: "demo_2_days", p_channel: "email" as const, p_is_enabled: true };
  await user.client.rpc("set_notification_preference", choice);
  expect(await (await use(token)).json()).toMatchObject({ is_enabled: true });
});

it("a link that has expired, was changed, or was signed for something else is 404", async () => {
  const user = await createUser();
  const token = await tokenOf(user);
  const flipped = (token[0] === "0" ? "1" : "0") + token.slice(1);
  for (const wrong of ["", "x", flipped, `${token}0`, token.slice(1), "z".repeat(52), "💥"]) {
    const response = await use(wrong);
    expect([wrong, response.status]).toEqual([wrong, 404]);
    expect(await response.json()).toMatchObject({ code: "link_not_valid" });
  }
  await sql(
    "update public.message_deliveries set created_at = created_at - interval '181 days' where user_id = $1",
    [user.id],
  );
  expect((await use(token)).status).toBe(404);
  expect((await use(token, "GET")).status).toBe(404);
});

it("a mail that has to be sent carries no such link", async () => {
  const user = await createUser();
  await notify(user.id, "deletion_requested");
  await sendAll(user.id);
  const [mail] = await mailsTo(user.email);
  expect(mail?.headers).not.toHaveProperty("List-Unsubscribe");
  expect(mail?.text).not.toContain("/unsubscribe");
  expect(await deliveriesOf(user.id)).toMatchObject([{ state: "sent" }]);
});
