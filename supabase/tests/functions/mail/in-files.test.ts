import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { sendWithoutPace } from "../../support/mail.ts";
import { answeredTicket, receive, receivedMail } from "../../support/mail-in.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { workOff } from "../../support/work.ts";

sendWithoutPace();

describe("the files of a mail", () => {
  const text = (content: string) => Buffer.from(content).toString("base64");
  const filesOf = (mailId: string) =>
    sql<{ file_name: string; reason: string | null; state: string | null; entry: string | null }>(
      `select f.file_name, f.reason, a.state::text, a.message_id as entry from public.received_mail_files f
       left join public.ticket_attachments a on a.id = f.attachment_id where f.mail_id = $1 order by f.part`,
      [mailId],
    );
  const bytesOf = async (user: TestUser) =>
    (
      await sqlOne<{ used: string }>(
        "select used_attachment_bytes as used from public.user_limits where user_id = $1",
        [user.id],
      )
    ).used;

  it("hang on its message, inspected and metered as an upload of its sender", async () => {
    const [customer, agent] = [await createUser(), await createUser("agent")];
    const ticket = await answeredTicket(customer, agent);
    const before = Number(await bytesOf(customer));
    const mail = await receive({
      from: customer.email,
      to: ticket.replyTo,
      text: "",
      attachments: [
        { filename: "log.txt", content_type: "text/plain", content: text("It fails.") },
        { filename: "../x\u202Egnp.exe", content: text("MZ") },
        { filename: "a.png", content_type: "image/png", content: text("not a picture") },
        {
          filename: "logo.png",
          content_type: "image/png",
          content_disposition: "inline",
          content: text("logo"),
        },
        {
          filename: "page.txt",
          content_type: "text/plain",
          content: text("<!doctype html><script>"),
        },
        { filename: "empty.txt", content_type: "text/plain", content: "" },
      ],
    });
    expect(mail).toMatchObject({ state: "posted", words: "" });
    expect(await filesOf(mail.id)).toEqual([
      { file_name: "log.txt", reason: null, state: "ready", entry: mail.entry_id },
      expect.objectContaining({ reason: "attachment_type_refused", state: null }),
      { file_name: "a.png", reason: "signature_mismatch", state: "rejected", entry: null },
      { file_name: "logo.png", reason: "small_inline_file", state: null, entry: null },
      { file_name: "page.txt", reason: "markup", state: "rejected", entry: null },
      { file_name: "empty.txt", reason: "empty_file", state: null, entry: null },
    ]);
    expect(Number(await bytesOf(customer)) - before).toBe("It fails.".length);
  });

  it("open a ticket with its words, and count against the quota", async () => {
    const user = await createUser();
    await sql("update public.user_limits set max_attachment_bytes = 5 where user_id = $1", [
      user.id,
    ]);
    const files = [{ filename: "a.txt", content_type: "text/plain", content: text("123456") }];
    const mail = await receive({ from: user.email, text: "See the file", attachments: files });
    expect(mail).toMatchObject({ state: "opened", words: "See the file" });
    expect(await filesOf(mail.id)).toEqual([
      { file_name: "a.txt", reason: "limit_reached", state: null, entry: null },
    ]);
  });

  it("are nothing without a word when none is accepted, and too large ones are not read", async () => {
    const [customer, agent] = [await createUser(), await createUser("agent")];
    const ticket = await answeredTicket(customer, agent);
    const huge = Buffer.alloc(10 * 1024 * 1024 + 1, 65).toString("base64");
    const mail = await receive({
      from: customer.email,
      to: ticket.replyTo,
      text: "> Did you restart it?",
      attachments: [{ filename: "huge.txt", content_type: "text/plain", content: huge }],
    });
    expect(mail).toMatchObject({ state: "refused", reason: "no_file_accepted" });
    expect(await filesOf(mail.id)).toMatchObject([{ reason: "attachment_too_large" }]);
  });
});

describe("an agent decides on a mail that is held", () => {
  it("it opens a ticket of a customer, with its files, or is thrown away; for staff alone, and once", async () => {
    const [customer, agent] = [await createUser(), await createUser("agent")];
    const content = Buffer.from("Read me").toString("base64");
    const mail = await receive({
      from: "stranger@elsewhere.test",
      subject: "From my other address",
      text: "It is me.",
      attachments: [{ filename: "a.txt", content_type: "text/plain", content }],
    });
    expect(mail).toMatchObject({ state: "held", reason: "unknown_sender" });
    const args = { p_mail_id: mail.id, p_user_id: customer.id };
    const refused = await customer.client.rpc("accept_received_mail", args);
    expect(refused.error).toMatchObject({ hint: "support_staff_only" });
    const absent = await agent.client.rpc("accept_received_mail", { ...args, p_user_id: mail.id });
    expect(absent.error).toMatchObject({ hint: "account_not_found" });
    const { data: ticket } = await agent.client.rpc("accept_received_mail", args);
    expect(ticket).toMatchObject({
      user_id: customer.id,
      subject: "From my other address",
      description: "It is me.",
    });
    await workOff(mail.id);
    const { state, provider_id } = await sqlOne<{ state: string; provider_id: string }>(
      "select state::text, provider_id from public.received_mails where id = $1",
      [mail.id],
    );
    expect(state).toBe("opened");
    expect((await receivedMail(provider_id)).ticket_id).toBe(ticket?.id);
    const files = await customer.client.from("ticket_attachments").select("file_name, state");
    expect(files.data).toEqual([{ file_name: "a.txt", state: "ready" }]);
    expect((await agent.client.rpc("accept_received_mail", args)).error).toMatchObject({
      hint: "mail_has_taken_effect",
    });
    const other = await receive({ from: "stranger@elsewhere.test" });
    expect(
      (await agent.client.rpc("discard_received_mail", { p_mail_id: other.id })).error,
    ).toBeNull();
    const left = await agent.client
      .from("received_mails")
      .select("state, body, decided_by")
      .eq("id", other.id);
    expect(left.data).toEqual([{ state: "discarded", body: null, decided_by: agent.id }]);
    const none = await agent.client.rpc("discard_received_mail", { p_mail_id: customer.id });
    expect(none.error).toMatchObject({ hint: "mail_not_found" });
  });
});
