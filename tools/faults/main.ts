import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { forgetLibpqVariables } from "../../local/libpq-variables.ts";
import { bursts } from "./bursts.ts";
import { drainMails } from "./drain-mails.ts";
import { drainWebhooks } from "./drain-webhooks.ts";
import { fullDisk } from "./full-disk.ts";
import { incomingRounds } from "./incoming-rounds.ts";
import { lockedAccount } from "./locked-account.ts";
import { OutgoingRounds } from "./outgoing-rounds.ts";
import { survives } from "./survives.ts";

const usage = `npm run test:faults -- [<name>] [--rounds <number>] [--size <number>] [--per-second <number>] [--hanging <number>]

  incoming        16 kills under signed deliveries that come in
  outgoing        30 kills between facts and their mails and webhooks
  locked-account  one account is locked for ten seconds under eighty deliveries
  bursts          400 deliveries come at once
  full-disk       the disk is full for ten seconds under deliveries that come in (needs root)
  drain-mails     100,000 mails are due at once, and leave as the provider allows: two a second unless told
  drain-webhooks  100,000 deliveries to 1,000 endpoints are due at once, of which ten hang, and beside it the same while none hangs

Without a name the first two. Postgres, a backend of it, a function and the whole stack are killed in turn. The drains take as
long as they take. The exit code is 1 when something was lost, doubled or late.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    size: { type: "string", default: "100000" },
    "per-second": { type: "string", default: "2" },
    hanging: { type: "string", default: "10" },
    help: { type: "boolean", default: false },
  },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const drain = {
  size: Number(values.size),
  perSecond: Number(values["per-second"]),
  hanging: Number(values.hanging),
};
const scenarios = {
  incoming: (folder: string) => survives(incomingRounds, folder, rounds),
  outgoing: (folder: string) => survives(new OutgoingRounds(), folder, rounds),
  "locked-account": lockedAccount,
  bursts,
  "full-disk": fullDisk,
  "drain-mails": (folder: string) => drainMails(folder, drain),
  "drain-webhooks": (folder: string) => drainWebhooks(folder, drain),
};

const names = positionals.length === 0 ? ["incoming", "outgoing"] : positionals;
const unknown = names.filter((name) => !(name in scenarios));
if (values.help || unknown.length > 0) {
  console.log(usage);
  process.exit(values.help ? 0 : 1);
}

forgetLibpqVariables();
let isWell = true;
for (const [name, run] of Object.entries(scenarios)) {
  if (!names.includes(name)) continue;
  const folder = mkdtempSync(join(tmpdir(), "switchboard-faults-"));
  try {
    if (!(await run(folder))) isWell = false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(
  isWell ? "Nothing was lost and nothing doubled." : "Something was LOST, DOUBLED or LATE.",
);
process.exit(isWell ? 0 : 1);
