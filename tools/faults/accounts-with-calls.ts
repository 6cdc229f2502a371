import { withClient } from "../../local/with-client.ts";
import { vapiAccounts } from "../bench/deliveries.ts";
import { query } from "./query.ts";
import { CALL_SECONDS, type ReportOptions, reportCall } from "./report-call.ts";
import type { StackProcess } from "./stack-process.ts";

/** What is told five times of an account's call time; every figure is in seconds but `calls`. */
interface Books {
  readonly assistant: string;
  readonly calls: number;
  readonly facts: number;
  readonly counter: number;
  readonly ledger: number;
  readonly quarter_hours: number;
  readonly days: number;
}

const books = `
  select a.vapi_assistant_id as assistant,
    (select count(*)::integer from public.call_logs where user_id = a.user_id) as calls,
    (select coalesce(sum(duration_seconds), 0)::integer from public.call_logs where user_id = a.user_id) as facts,
    (select used_call_time_seconds::integer from public.user_limits where user_id = a.user_id) as counter,
    (select coalesce(sum(call_time_change_seconds), 0)::integer from public.usage_logs where user_id = a.user_id) as ledger,
    (select coalesce(sum(duration_seconds), 0)::integer from public.call_analytics where user_id = a.user_id) as quarter_hours,
    (select coalesce(sum(duration_seconds), 0)::integer from public.call_analytics_days where user_id = a.user_id) as days
  from public.assistants a where a.vapi_assistant_id = any ($1)`;

/** Accounts whose calls are reported, each once, and whose books are read afterwards. */
export class AccountsWithCalls {
  readonly assistants: readonly string[];
  readonly #stack: StackProcess;
  readonly #sent = new Map<string, number>();

  private constructor(stack: StackProcess, assistants: readonly string[]) {
    this.#stack = stack;
    this.assistants = assistants;
  }

  static async make(stack: StackProcess, count: number): Promise<AccountsWithCalls> {
    const { db_url } = stack.address;
    const assistants = await withClient(db_url, (client) => vapiAccounts(client, count));
    return new AccountsWithCalls(stack, assistants);
  }

  /** Reports one more call of the account with this number until that is taken. How often it was sent again. */
  report(account: number, options?: ReportOptions): Promise<number> {
    const assistant = this.assistants[account % this.assistants.length] ?? "";
    this.#sent.set(assistant, (this.#sent.get(assistant) ?? 0) + 1);
    return reportCall(this.#stack, assistant, options);
  }

  /** Applies what waits, and compares the books with what was sent: each call is there once, and five figures agree. */
  async checkBooks(): Promise<{ readonly agree: boolean; readonly told: string }> {
    const { db_url } = this.#stack.address;
    let waiting = 1;
    while (waiting > 0) {
      const [found] = await query<{ n: number }>(
        db_url,
        "select private.retry_events(now() + interval '1 hour') as n",
      );
      waiting = found?.n ?? 0;
    }
    const rows = await query<Books>(db_url, books, [this.assistants]);
    const wrong = rows.flatMap(({ assistant, calls, ...seconds }) => {
      const sent = this.#sent.get(assistant) ?? 0;
      const agree = Object.values(seconds).every((figure) => figure === sent * CALL_SECONDS);
      return calls === sent && agree
        ? []
        : [`\n  ${sent} sent, ${JSON.stringify({ calls, ...seconds })}`];
    });
    const agree = wrong.length === 0;
    const told = agree ? "all books agree" : `${wrong.length} books are WRONG:${wrong.join("")}`;
    return { agree, told };
  }
}
