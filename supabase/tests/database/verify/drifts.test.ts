import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "../../../../local/project.ts";
import { type Item, problems } from "../../../../tools/verify/report.ts";
import { buildExpected, type Expected, verify } from "../../../../tools/verify/verify.ts";
import { testDatabaseUrl } from "../../support/resources.ts";

/** What somebody changed by hand, what takes it back, and how it is named. */
interface Drift {
  what: string;
  make: string;
  undo: string;
  named: string;
}

const drifts: Drift[] = [
  {
    what: "a policy that lets everybody read",
    make: `create policy "debug read" on public.support_tickets for select to authenticated using (true)`,
    undo: `drop policy "debug read" on public.support_tickets`,
    named: 'unexpected policy public.support_tickets "debug read"',
  },
  {
    what: "a policy that opens the private bucket",
    make: `create policy "public read" on storage.objects for select to anon using (bucket_id = 'ticket-attachments')`,
    undo: `drop policy "public read" on storage.objects`,
    named: 'unexpected policy storage.objects "public read"',
  },
  {
    what: "a view that reads as its owner",
    make: "alter view public.ticket_sla set (security_invoker = false)",
    undo: "alter view public.ticket_sla set (security_invoker = true)",
    named: "different view public.ticket_sla options",
  },
  {
    what: "an overload that everybody may execute",
    make: "create function public.export_my_data(p_id uuid) returns jsonb language sql security definer as 'select null::jsonb'",
    undo: "drop function public.export_my_data(uuid)",
    named: "unexpected function public.export_my_data(p_id uuid)",
  },
  {
    what: "an owner column without its default",
    make: "alter table public.support_tickets alter column user_id drop default",
    undo: "alter table public.support_tickets alter column user_id set default auth.uid()",
    named: "different column public.support_tickets.user_id",
  },
  {
    what: "a trigger",
    make: "create trigger zz before insert on public.call_logs for each row execute function private.touch_updated_at()",
    undo: "drop trigger zz on public.call_logs",
    named: "unexpected trigger public.call_logs zz",
  },
  {
    what: "a rule that swallows the log",
    make: "create rule swallow as on insert to public.usage_logs do instead nothing",
    undo: "drop rule swallow on public.usage_logs",
    named: "unexpected rule public.usage_logs swallow",
  },
  {
    what: "a table that Realtime no longer sends",
    make: "alter publication supabase_realtime drop table public.ticket_messages",
    undo: "alter publication supabase_realtime add table public.ticket_messages",
    named: "missing published table public.ticket_messages in supabase_realtime",
  },
  {
    what: "a bucket without a size limit",
    make: "update storage.buckets set file_size_limit = null where id = 'ticket-attachments'",
    undo: "update storage.buckets set file_size_limit = 10485760 where id = 'ticket-attachments'",
    named: "different bucket ticket-attachments",
  },
  {
    what: "an inbox that a crash empties",
    make: "alter table public.webhook_events set unlogged",
    undo: "alter table public.webhook_events set logged",
    named: "different table public.webhook_events",
  },
  {
    what: "a registration that is gone",
    make: "delete from private.export_sections where section = 'tickets'",
    undo: "insert into private.export_sections (domain, section, view_name) values ('support', 'tickets', 'private.exported_tickets')",
    named: "missing reference row private.export_sections support tickets",
  },
  {
    what: "a policy with another condition",
    make: `alter policy "owners read their own notifications" on public.notifications using (true)`,
    undo: `alter policy "owners read their own notifications" on public.notifications using (user_id = (select auth.uid()))`,
    named: 'different policy public.notifications "owners read their own notifications"',
  },
  {
    what: "a table without row level security",
    make: "alter table public.notifications disable row level security",
    undo: "alter table public.notifications enable row level security",
    named: "different row level security public.notifications",
  },
];

let client: pg.Client;
let expected: Expected;

beforeAll(async () => {
  expected = await buildExpected({ root: projectRoot });
  client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
});
afterAll(() => client.end());

/** Not of a schema, or not here: nobody deployed this database, and the run on Postgres 15 pauses its jobs. */
const leftOut: readonly Item["kind"][] = ["health", "secret", "cron job"];

async function differences(): Promise<string[]> {
  const isSchema = ({ kind }: Item) => !leftOut.includes(kind);
  const report = await verify({ databaseUrl: testDatabaseUrl(), root: projectRoot, expected });
  return problems(report)
    .filter(isSchema)
    .map(({ state, kind, name }) => `${state} ${kind} ${name}`);
}

// On Postgres 17 and 15: the expected schema is always built on 17, so that the second compares two major versions.
describe("verify names what was changed by hand", () => {
  test("and nothing where nobody changed anything", async () => {
    expect(await differences()).toEqual([]);
  });

  test.each(drifts)("$what", async ({ make, undo, named }) => {
    await client.query(make);
    try {
      expect(await differences()).toContain(named);
    } finally {
      await client.query(undo);
    }
  });

  test("and leaves no setting behind in a session that it may share through a pooler", async () => {
    const sent: string[] = [];
    const query = pg.Client.prototype.query;
    pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      if (typeof args[0] === "string") sent.push(args[0]);
      return Reflect.apply(query, this, args);
    } as typeof query;
    try {
      await differences();
    } finally {
      pg.Client.prototype.query = query;
    }
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.filter((text) => /^\s*set (?!local )/i.test(text))).toEqual([]);
  });
});
