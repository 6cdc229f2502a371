import type pg from "pg";
import { VapiCall } from "../../simulate/vapi.ts";
import { participantUuid, type ZoomBody, ZoomRun } from "../../simulate/zoom.ts";
import { startBenchDatabase } from "../bench-database.ts";
import { vapiAccounts, zoomMeetings } from "../deliveries.ts";
import { type InboxCall, inboxCall, ingest } from "../inbox.ts";
import type { Bench, Row } from "../row.ts";
import { inTurn, median, ratio, spread, timed } from "../samples.ts";

const ROUNDS = 9;
const BUDGET = 1.3;
const LEAVES = 300;
const REPORTS = 20;
/** As many deliveries as may wait for a locked row at once (the setting waiting_places); others would be deferred. */
const CONNECTIONS = 3;

/** Hands deliveries over on all connections, and says how many milliseconds that took. */
async function handOver(clients: readonly pg.Client[], calls: readonly InboxCall[]) {
  let next = 0;
  const work = async (client: pg.Client) => {
    for (let one = calls[next++]; one !== undefined; one = calls[next++]) await ingest(client, one);
  };
  return await timed(() => Promise.all(clients.map(work)));
}

const toCalls = (provider: "vapi" | "zoom", bodies: readonly unknown[]) =>
  bodies.map((body) => inboxCall(provider, { body: JSON.stringify(body), headers: {} }));

async function run(): Promise<Row[]> {
  const database = await startBenchDatabase(false);
  try {
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => database.connect()),
    );
    const meetings = await zoomMeetings(database.client, LEAVES);
    const assistants = await vapiAccounts(database.client, REPORTS);
    let joins = 0;

    /** People join meetings unmeasured, and leave all at once. */
    const leaves = async (among: readonly string[]) => {
      const start = Date.now() - 50 * 60_000;
      const runs = among.map((meeting) => new ZoomRun(meeting, new Date(start)));
      const before: ZoomBody[] = runs.map((run) => run.started());
      const after: ZoomBody[] = [];
      for (let index = 0; index < LEAVES; index++) {
        const run = runs[index % runs.length];
        if (run === undefined) throw new Error("no meeting");
        const one = { participant_uuid: participantUuid(), email: `${joins++}@bench.test` };
        before.push(run.joined(one, new Date(start + 60_000)));
        after.push(run.left(one, new Date(start + 2_800_000)));
      }
      await handOver(clients.slice(0, 1), toCalls("zoom", before));
      return await handOver(clients, toCalls("zoom", after));
    };

    /** Calls begin unmeasured, and are reported all at once. */
    const reports = async (among: readonly string[]) => {
      const startedAt = new Date(Date.now() - 300_000);
      const calls = Array.from(
        { length: REPORTS },
        (_, index) => new VapiCall({ assistantId: among[index % among.length] ?? null, startedAt }),
      );
      const before = calls.flatMap((call) => [
        call.status("in-progress", 0),
        call.status("ended", 73, { endedReason: "customer-ended-call" }),
      ]);
      await handOver(clients.slice(0, 1), toCalls("vapi", before));
      return await handOver(
        clients,
        toCalls(
          "vapi",
          calls.map((call) => call.report({ seconds: 73 })),
        ),
      );
    };

    const compare = async (
      what: string,
      one: () => Promise<number>,
      many: () => Promise<number>,
    ) => {
      await one();
      await many();
      await database.superuser.query("analyze");
      const [together = [], apart = []] = await inTurn(ROUNDS, [one, many]);
      const share = median(together) / median(apart);
      const sides = `${spread(together, "ms")} / ${spread(apart, "ms")}`;
      return { what, budget: `≤ ${BUDGET}`, result: ratio(share), holds: share <= BUDGET, sides };
    };
    return [
      await compare(
        `${LEAVES} people leave one class at once / ${LEAVES} classes, over ${CONNECTIONS} connections`,
        () => leaves(meetings.slice(0, 1)),
        () => leaves(meetings),
      ),
      await compare(
        `${REPORTS} reports of one account at once / of ${REPORTS} accounts, over ${CONNECTIONS} connections`,
        () => reports(assistants.slice(0, 1)),
        () => reports(assistants),
      ),
    ];
  } finally {
    await database.stop();
  }
}

export default { name: "price of crowds", section: "price", run } satisfies Bench;
