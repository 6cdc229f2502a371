import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sql, sqlOne } from "../../support/database.ts";
import { sendWithoutPace, tellResend } from "../../support/mail.ts";
import {
  answeredTicket,
  DESK,
  messagesOf,
  receive,
  receivedMail,
  type WrittenMail,
  write,
} from "../../support/mail-in.ts";
import { createUser, type TestUser } from "../../support/users.ts";
import { workOff } from "../../support/work.ts";

sendWithoutPace();

const ticketOf = (id: string | null) =>
  sqlOne<{ user_id: string; subject: string; description: string; status: string }>(
    "select user_id, subject, description, status::text from public.support_tickets where id = $1",
    [id],
  );

describe("a mail to the desk opens a ticket", () => {
  it("of the person whose confirmed address it is from, once however often it is told", async () => {
    const user = await createUser();
    const event = await write({
      from: `Zoë <${user.email.toUpperCase()}>`,
      subject: "My\u2028bill\u0007",
      text: "Why 12 €?\n\n-- \nZoë",
    });
    const statuses = await Promise.all(
      ["msg_a", "msg_a", "msg_b"].map(async (id) => {
        const told = await tellResend("email.received", event, { id: id + user.id });
        return ((await told.json()) as { status: string }).status;
      }),
    );
    expect(statuses.sort()).toEqual(["applied", "duplicate", "ignored"]);
    const { id } = await receivedMail(event.email_id);
    await workOff(id);
    const mail = await receivedMail(event.email_id);
    expect(mail).toMatchObject({ state: "opened", reason: null, user_id: user.id });
    expect(await ticketOf(mail.ticket_id)).toEqual({
      user_id: user.id,
      subject: "My bill",
      description: "Why 12 €?",
      status: "open",
    });
    const { data } = await user.client.from("support_tickets").select("id");
    expect(data).toEqual([{ id: mail.ticket_id }]);
  });

  it("also when it has no subject, and HTML alone that would run", async () => {
    const user = await createUser();
    const mail = await receive({
      from: user.email,
      subject: "",
      text: null,
      html: '<style>p{}</style><p>Hello <b>there</b></p><script>alert(1)</script><img src="https://tracker.test/x"><a href="javascript:alert(2)">x</a>',
    });
    expect(await ticketOf(mail.ticket_id)).toMatchObject({ subject: "No subject" });
    expect(mail.words).toMatch(/^Hello there/);
    expect(mail.words).not.toMatch(/alert\(1\)|tracker|p\{/);
  });

  it("as often as the same person may over REST, and then it is refused", async () => {
    const user = await createUser();
    await sql(
      "insert into private.rate_windows select $1, 'tickets', date_bin(per, now(), '2000-01-01 00:00:00+00'), max_count from private.rate_limits where kind = 'tickets'",
      [user.id],
    );
    expect(await receive({ from: user.email })).toMatchObject({
      state: "refused",
      reason: "rate_limited",
      ticket_id: null,
    });
  });
});

describe("an answer to our mail is added to its thread", () => {
  let customer: TestUser;
  let agent: TestUser;
  let ticket: Awaited<ReturnType<typeof answeredTicket>>;
  const quoted =
    "Yes, I did.\n\nOn Mon, 30 Nov 2026 at 14:45 Switchboard <support@switchboard.test> wrote:\n> Did you restart it?";
  const last = async () => (await messagesOf(ticket.id)).at(-1);

  it("by the reply address, without what it quotes, which agents can read", async () => {
    [customer, agent] = [await createUser(), await createUser("agent")];
    ticket = await answeredTicket(customer, agent);
    const mail = await receive({
      from: customer.email,
      to: [ticket.replyTo[0]?.toUpperCase() ?? ""],
      text: quoted,
      authentication: null,
    });
    expect(mail).toMatchObject({ state: "posted", ticket_id: ticket.id });
    expect(await last()).toEqual({
      id: mail.entry_id,
      author_id: customer.id,
      author_role: "customer",
      body: "Yes, I did.",
    });
    const read = (user: TestUser) =>
      user.client.from("received_mails").select("body").eq("id", mail.id);
    expect((await read(agent)).data).toEqual([{ body: quoted }]);
    expect((await read(customer)).data).toEqual([]);
  });

  it("by our Message-ID, and never by its subject alone", async () => {
    const found = await receive({
      from: customer.email,
      headers: [["References", `<other@x.test> ${ticket.messageId}`]],
      text: "By its reference",
    });
    expect(found).toMatchObject({ state: "posted", ticket_id: ticket.id });
    const other = await receive({ from: customer.email, subject: "Re: Help SB-000001" });
    expect(other.state).toBe("opened");
    expect(other.ticket_id).not.toBe(ticket.id);
  });

  it("of the agent, as the desk's own, when somebody confirms their address", async () => {
    const headers = [["In-Reply-To", ticket.messageId]] as const;
    const proven = await receive({ from: agent.email, headers, text: "Try again, please." });
    expect(proven.state).toBe("posted");
    expect(await last()).toMatchObject({ author_id: agent.id, author_role: "staff" });
    const forged = { from: agent.email, to: ticket.replyTo, authentication: null };
    expect(await receive(forged)).toMatchObject({ state: "held", reason: "sender_not_proven" });
  });

  it.each<[string, (other: TestUser) => WrittenMail, object]>([
    [
      "another person, whose address is confirmed, speaks by a forwarded reply address",
      (other) => ({ from: other.email, to: ticket.replyTo }),
      { state: "refused", reason: "ticket_not_found" },
    ],
    [
      "another person whose address nobody confirms",
      (other) => ({ from: other.email, to: ticket.replyTo, authentication: null }),
      { state: "held", reason: "sender_not_proven" },
    ],
    [
      "a stranger has the reply address",
      () => ({ from: "stranger@elsewhere.test", to: ticket.replyTo }),
      { state: "held", reason: "unknown_sender" },
    ],
    [
      "the owner's address is forged, as its domain says",
      () => ({ from: customer.email, to: ticket.replyTo, authentication: "dmarc=fail" }),
      { state: "held", reason: "sender_not_believed" },
    ],
    [
      "the owner's address is claimed, with our Message-ID alone",
      () => ({
        from: customer.email,
        headers: [["In-Reply-To", ticket.messageId]],
        authentication: null,
      }),
      { state: "held", reason: "sender_not_proven" },
    ],
    [
      "the results are the sender's own",
      () => ({
        from: customer.email,
        authentication: null,
        headers: [["Authentication-Results", "mx.evil.test; dmarc=pass"]],
      }),
      { state: "held", reason: "sender_not_proven" },
    ],
  ])("and nothing is said in its owner's name when %s", async (_, mail, expected) => {
    const before = await messagesOf(ticket.id);
    const other = await createUser();
    expect(await receive(mail(other))).toMatchObject(expected);
    expect(await messagesOf(ticket.id)).toEqual(before);
  });

  it("unless the ticket is closed, or its owner may not sign in", async () => {
    for (const status of ["resolved", "closed"] as const) {
      await agent.client.from("support_tickets").update({ status }).eq("id", ticket.id);
    }
    const answer = { from: customer.email, to: ticket.replyTo };
    expect(await receive(answer)).toMatchObject({ state: "refused", reason: "ticket_closed" });
    await sql("update auth.users set banned_until = now() + interval '1 day' where id = $1", [
      customer.id,
    ]);
    expect(await receive(answer)).toMatchObject({ state: "held", reason: "unknown_sender" });
  });
});

describe("nothing is opened by", () => {
  const cases: readonly [string, Partial<WrittenMail>, string][] = [
    ["an automatic answer", { headers: [["Auto-Submitted", "auto-replied"]] }, "automatic_answer"],
    ["a bounce", { headers: [["Return-Path", "<>"]] }, "bounce"],
    ["a report", { headers: [["Content-Type", "multipart/report; report-type=x"]] }, "bounce"],
    ["a mailing list", { headers: [["List-Id", "<all.x.test>"]] }, "mailing_list"],
    ["bulk mail", { headers: [["Precedence", "bulk"]] }, "bulk_mail"],
    [
      "a mail to another address of the domain",
      { to: ["sales@switchboard.test"] },
      "not_for_the_desk",
    ],
    ["a mail without a word", { text: " \n" }, "empty"],
    ["a mail that only quotes", { text: "> all of this" }, "empty"],
    ["a mail from two people", { headers: [["From", "victim@x.test"]] }, "no_sender"],
    ["our own mail", { from: DESK }, "own_mail"],
    ["our own mail from a reply address", { from: `support+x@switchboard.test` }, "own_mail"],
  ];
  it.each(cases)("%s", async (_, mail, reason) => {
    const user = await createUser();
    expect(await receive({ from: user.email, ...mail })).toMatchObject({
      state: "ignored",
      reason,
      ticket_id: null,
    });
  });

  it("more mails of one address than its share of an hour", async () => {
    const user = await createUser();
    await sql(
      "insert into public.received_mails (provider_id, received_at, state, reason, settled_at, from_address) select gen_random_uuid(), now(), 'ignored', 'empty', now(), $1 from generate_series(1, 20)",
      [user.email],
    );
    expect(await receive({ from: user.email })).toMatchObject({
      state: "ignored",
      reason: "too_many",
    });
  });

  it("a stranger, where the setting says so", async () => {
    await sql(
      "update private.settings set value = '0' where name = 'mails_from_strangers_are_held'",
    );
    const mail = await receive({ from: `${randomUUID()}@elsewhere.test` });
    await sql(
      "update private.settings set value = '1' where name = 'mails_from_strangers_are_held'",
    );
    expect(mail).toMatchObject({ state: "refused", reason: "unknown_sender" });
  });

  it("a mail that the provider does not have", async () => {
    const email_id = randomUUID();
    await tellResend("email.received", { email_id });
    await workOff((await receivedMail(email_id)).id);
    expect(await receivedMail(email_id)).toMatchObject({
      state: "failed",
      reason: "not_at_provider",
    });
  });
});
