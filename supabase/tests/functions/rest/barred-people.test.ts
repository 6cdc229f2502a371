import { beforeAll, describe, expect, it } from "vitest";
import { openTicketAmongPeople } from "../../support/attachments.ts";
import { sql } from "../../support/database.ts";
import { callFunction, callJson } from "../../support/functions.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { newMeetingId, scheduleClass } from "../../support/zoom.ts";

/** What somebody asks for, and how it is answered: status and code, or status and number of rows. */
type Asking = (user: TestUser) => PromiseLike<string>;

const rows = ({ status, data }: { status: number; data: unknown[] | null }) =>
  `${status} ${data?.length}`;
const code = ({ status, error }: { status: number; error: { hint?: string } | null }) =>
  `${status} ${error?.hint ?? "ok"}`;
async function word(answer: Promise<Response>): Promise<string> {
  const response = await answer;
  return `${response.status} ${(await response.json()).code ?? "ok"}`;
}

const setStatus = (user: TestUser, status: string) =>
  sql("update public.profiles set account_status = $2::public.account_status where id = $1", [
    user.id,
    status,
  ]);

describe("a host", () => {
  let classId: string;
  const askings: [string, Asking][] = [
    [
      "the class",
      ({ client }) => client.from("live_classes").select().eq("id", classId).then(rows),
    ],
    [
      "its roster",
      ({ client }) =>
        client.from("class_enrollments").select().eq("live_class_id", classId).then(rows),
    ],
    [
      "its join link",
      ({ client }) =>
        client.from("class_join_links").select().eq("live_class_id", classId).then(rows),
    ],
    [
      "to set the roster",
      ({ client }) =>
        client.rpc("set_enrollments", { p_class_id: classId, p_student_ids: [] }).then(code),
    ],
    ["attendance", (user) => word(callFunction(`class-attendance?class_id=${classId}`, { user }))],
    ["recordings", (user) => word(callFunction(`class-recordings?class_id=${classId}`, { user }))],
    [
      "to record",
      (user) => word(callJson("zoom-recording", { class_id: classId, action: "start" }, { user })),
    ],
  ];
  const answersTo = async (user: TestUser) => {
    const answers: Record<string, string> = {};
    for (const [what, ask] of askings) answers[what] = await ask(user);
    return answers;
  };
  const nothing = {
    "the class": "200 0",
    "its roster": "200 0",
    "its join link": "200 0",
    "to set the roster": "404 class_not_found",
    attendance: "404 class_not_found",
    recordings: "404 class_not_found",
    "to record": "404 class_not_found",
  };

  it.each<[string, (host: TestUser) => Promise<unknown>]>([
    ["who is suspended", (host) => setStatus(host, "suspended")],
    ["whose account is closing", (host) => setStatus(host, "closing")],
    [
      "who is demoted",
      (host) => sql("update public.profiles set role = 'member' where id = $1", [host.id]),
    ],
    [
      "who is gone, with a token that lasts",
      (host) => sql("delete from auth.users where id = $1", [host.id]),
    ],
  ])("%s has nothing of their classes any more", async (_who, bar) => {
    const host = await createUser("teacher");
    const inAnHour = new Date(Date.now() + 3_600_000);
    classId = await scheduleClass(host, [await createUser()], newMeetingId(), inAnHour);
    const join_url = "https://zoom.example/j/1";
    const link = await host.client
      .from("class_join_links")
      .insert({ live_class_id: classId, join_url });
    expect(link.error).toBeNull();
    expect(await answersTo(host)).toEqual({
      "the class": "200 1",
      "its roster": "200 1",
      "its join link": "200 1",
      "to set the roster": "200 ok",
      attendance: "200 ok",
      recordings: "200 ok",
      "to record": "409 class_not_live",
    });

    await bar(host);

    expect(await answersTo(host)).toEqual(nothing);
  });
});

describe("support staff", () => {
  let people: Awaited<ReturnType<typeof openTicketAmongPeople>>;
  beforeAll(async () => {
    people = await openTicketAmongPeople();
  });
  const day = { p_from: "2026-01-01T00:00:00Z", p_to: "2026-01-02T00:00:00Z" };

  it.each(["suspended", "closing"])(
    "whose account is %s are strangers to others' tickets",
    async (status) => {
      const agent = await createUser("agent");
      await setStatus(agent, status);
      const { client } = agent;
      const { ticket, owner } = people;

      const message = { ticket_id: ticket, body: "Hi" };
      expect({
        ticket: await client.from("support_tickets").select().eq("id", ticket).then(rows),
        profile: await client.from("profiles").select().eq("id", owner.id).then(rows),
        limits: await client.from("user_limits").select().eq("user_id", owner.id).then(rows),
        figures: await client.rpc("support_stats", day).then(code),
        queue: await client.rpc("ticket_queue", { p_status: "open" }).then(code),
        thread: await word(callFunction(`ticket-reply?ticket_id=${ticket}`, { user: agent })),
        reply: await word(callJson("ticket-reply", message, { user: agent })),
      }).toEqual({
        ticket: "200 0",
        profile: "200 0",
        limits: "200 0",
        figures: "403 support_staff_only",
        queue: "403 support_staff_only",
        thread: "404 ticket_not_found",
        reply: "404 ticket_not_found",
      });
    },
  );

  it("who are suspended open as many tickets a day as a customer", async () => {
    const agent = await createUser("agent");
    await setStatus(agent, "suspended");
    const opened = await Promise.all(
      Array.from({ length: 21 }, () =>
        agent.client.from("support_tickets").insert({ subject: "Help", description: "It broke." }),
      ),
    );
    expect(opened.map(code).sort()).toEqual([...Array(20).fill("201 ok"), "429 rate_limited"]);
  });
});

describe("an admin", () => {
  // The last one cannot be barred.
  beforeAll(() => createUser("admin"));

  it.each(["suspended", "closing"])("whose account is %s makes nobody anything", async (status) => {
    const [admin, friend] = await Promise.all([createUser("admin"), createUser()]);
    await setStatus(admin, status);
    const { client } = admin;
    const p_user_id = friend.id;

    expect([
      await client.rpc("admin_set_role", { p_user_id, p_role: "admin" }).then(code),
      await client.rpc("admin_set_plan", { p_user_id, p_plan: "enterprise" }).then(code),
      await client.rpc("admin_request_account_deletion", { p_user_id }).then(code),
      await client.rpc("replay_event", { p_event_id: friend.id }).then(code),
      await client.rpc("read_event", { p_event_id: friend.id }).then(code),
      await client.rpc("list_tasks").then(code),
    ]).toEqual([
      "403 admin_only",
      "403 admin_only",
      "403 admin_only",
      "403 forbidden",
      "403 forbidden",
      "403 forbidden",
    ]);
  });

  it("asks for the deletion of a suspended account, whose owner cannot", async () => {
    const [admin, barred] = await Promise.all([createUser("admin"), createUser()]);
    await setStatus(barred, "suspended");
    expect(await barred.client.rpc("request_account_deletion").then(code)).toBe(
      "403 account_suspended",
    );
    const asked = await admin.client.rpc("admin_request_account_deletion", {
      p_user_id: barred.id,
    });
    expect(code(asked)).toBe("200 ok");
    const told = await barred.client
      .from("notifications")
      .select()
      .eq("kind", "deletion_requested");
    expect(rows(told)).toBe("200 1");
    expect(await barred.client.rpc("cancel_account_deletion").then(code)).toBe("204 ok");
  });
});
