import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { readError, switchboard } from "../../../packages/client/src/index.ts";
import { png } from "../fixtures/files/samples.ts";
import { insertCall } from "../support/calls.ts";
import { openDesk } from "../support/desk.ts";
import { anonymousClient, createUser } from "../support/users.ts";
import { newMeetingId, scheduleClass } from "../support/zoom.ts";

const code = (code: string, status: number) => ({
  data: null,
  error: { code, status, message: expect.any(String), requestId: expect.any(String) },
});

it("reads limits, and a page of the usage log", async () => {
  const { client } = await createUser();
  const { limits } = switchboard(client);
  expect(await limits.read()).toMatchObject({ data: { plan_type: "free" }, error: null });
  expect(await limits.history({ limit: 1 })).toEqual({
    data: { entries: expect.any(Array), next_cursor: null },
    error: null,
  });
});

it("reads the dashboard, calls as a page, alone and as CSV", async () => {
  const user = await createUser();
  await insertCall(user.id, { startedAt: new Date().toISOString(), seconds: 30 });
  const { analytics } = switchboard(user.client);
  const { data: dashboard } = await analytics.dashboard({ interval: "day" });
  expect(dashboard?.metrics.total_calls).toBe(1);
  const { data: page } = await analytics.calls({ limit: 10 });
  const id = page?.calls[0]?.id ?? "";
  expect((await analytics.call(id)).data?.id).toBe(id);
  expect((await analytics.callsCsv()).data).toContain(id);
});

it("tells what an endpoint refuses with its code, its details and the request's id", async () => {
  const { client } = await createUser();
  const { analytics, limits } = switchboard(client);
  expect(await analytics.call(randomUUID())).toMatchObject(code("not_found", 404));
  expect(await analytics.recording(randomUUID())).toMatchObject(code("not_found", 404));
  expect(await limits.history({ limit: 0 })).toMatchObject({
    error: { code: "invalid_input", status: 422, details: [{ path: "limit" }] },
  });
  expect(await switchboard(anonymousClient()).limits.read()).toMatchObject({
    error: { code: "unauthenticated", status: 401 },
  });
});

it("refuses to connect, change or give up numbers that are not there to be", async () => {
  const { client } = await createUser();
  const { numbers } = switchboard(client);
  const twilio = { provider: "twilio", phone_number: "0", twilio_account_sid: "AC" } as const;
  expect(await numbers.connect({ ...twilio, twilio_auth_token: "x" })).toMatchObject(
    code("invalid_input", 422),
  );
  expect(await numbers.change(randomUUID(), { friendly_name: "Desk" })).toMatchObject(
    code("not_found", 404),
  );
  expect(await numbers.remove(randomUUID())).toMatchObject(code("not_found", 404));
});

it("uploads a file with progress, sends it, and reads the conversation", async () => {
  const { owner, agent, ticketId } = await openDesk();
  const { attachments, tickets } = switchboard(owner.client);
  const seen: number[] = [];
  const file = new File([new Uint8Array(png())], "page.png", { type: "image/png" });
  const { data: ready } = await attachments.upload(ticketId, file, {
    onProgress: ({ loaded, total }) => seen.push(loaded / total),
  });
  expect(ready).toMatchObject({ file_name: "page.png", state: "ready" });
  expect(seen).toEqual([0, 1]);
  const id = ready?.attachment_id ?? "";
  expect((await attachments.link(id)).data?.url).toMatch(/^http/);

  const body = { ticket_id: ticketId, attachment_ids: [id] };
  const key = { idempotencyKey: randomUUID() };
  const [first, again] = [await tickets.reply(body, key), await tickets.reply(body, key)];
  expect(first.error).toBeNull();
  expect(again).toEqual(first);
  const { data: thread } = await tickets.thread({ ticket_id: ticketId, order: "desc" });
  const message_id = first.data?.message.id ?? "";
  expect(thread?.messages.map((message) => message.id)).toContain(message_id);
  expect((await tickets.replies({ ticket_id: ticketId, message_id })).data?.replies).toEqual([]);

  const staff = switchboard(agent.client);
  await staff.tickets.reply({ ticket_id: ticketId, body: "Done.", status: "resolved" });
  const rated = await tickets.rate({ ticket_id: ticketId, rating: 5 });
  expect(rated).toMatchObject({ data: { rating: 5 }, error: null });
  expect((await tickets.survey(ticketId)).data?.is_open).toBe(false);
  expect((await staff.tickets.queue({ limit: 5 })).error).toBeNull();
  expect(await tickets.queue()).toMatchObject({
    error: { code: "support_staff_only", status: 403 },
  });
  expect(await attachments.remove(id)).toEqual({ data: null, error: null });
});

it("tells an upload that is refused, at each of its steps", async () => {
  const { owner, ticketId } = await openDesk();
  const { attachments } = switchboard(owner.client);
  const script = new File(["x"], "run.sh", { type: "application/x-sh" });
  expect(await attachments.upload(ticketId, script)).toMatchObject(
    code("attachment_type_refused", 415),
  );
  const lie = new File(["no picture"], "page.png", { type: "image/png" });
  expect(await attachments.upload(ticketId, lie)).toMatchObject(code("attachment_rejected", 422));
});

it("reads attendance and recordings, sets a roster, and tells a rule's own code", async () => {
  const [teacher, pupil] = [await createUser("teacher"), await createUser()];
  const classId = await scheduleClass(teacher, [pupil], newMeetingId(), new Date());
  const { classes } = switchboard(teacher.client);
  expect((await classes.attendance(classId)).error).toBeNull();
  expect((await classes.attendanceCsv(classId)).data).toContain(",");
  expect((await classes.recordings(classId)).error).toBeNull();
  expect(await classes.controlRecording({ class_id: classId, action: "start" })).toMatchObject(
    code("class_not_live", 409),
  );
  const roster = { class_id: classId, student_ids: [teacher.id] };
  expect(await classes.setEnrollments(roster)).toMatchObject({
    data: null,
    error: { code: "host_is_no_student", status: 422, requestId: null },
  });
  expect((await classes.setEnrollments({ ...roster, student_ids: [] })).error).toBeNull();
  expect(await classes.unboundMeetings()).toEqual({ data: [], error: null });
});

it("exports an account page by page, and asks for its deletion and takes that back", async () => {
  const { client } = await createUser();
  const { account, admin } = switchboard(client);
  const pages = [];
  for await (const page of account.export()) pages.push(page);
  expect(pages.map(({ error }) => error)).toEqual(pages.map(() => null));
  expect(pages.at(-1)?.data?.next_cursor).toBeNull();
  expect((await account.requestDeletion()).data?.deleted_after).toEqual(expect.any(String));
  expect(await account.cancelDeletion()).toEqual({ data: null, error: null });
  expect(await admin.inboxHealth()).toMatchObject({ error: { code: "forbidden", status: 403 } });
});

it("lets an admin set a plan", async () => {
  const [boss, user] = [await createUser("admin"), await createUser()];
  const { admin } = switchboard(boss.client);
  expect(await admin.setPlan({ user_id: user.id, plan: "pro" })).toMatchObject({
    data: { plan_type: "pro" },
  });
  expect((await admin.inboxHealth()).error).toBeNull();
});

it("tells the constraint by which a table refuses, and who has not signed in", async () => {
  const { client, id } = await createUser();
  const empty = await client.from("support_tickets").insert({ subject: "", description: "x" });
  expect(empty.error && readError(empty.error, empty.status)).toMatchObject({
    code: "invalid_input",
    status: 422,
    details: { reason: "23514", constraint: expect.stringMatching(/subject/) },
  });
  const twice = await client.from("profiles").insert({ id, email: "a@example.com" });
  expect(twice.error && readError(twice.error, twice.status).code).toBe("forbidden");
  const visitor = await anonymousClient().from("profiles").select();
  expect(visitor.error && readError(visitor.error, visitor.status)).toMatchObject({
    code: "unauthenticated",
    status: 401,
  });
  const none = await client.from("support_tickets").select().single();
  expect(none.error && readError(none.error).code).toBe("not_found");
});
