import { Button, SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Facts } from "../shared/facts.tsx";
import {
  formatBytes,
  formatCode,
  formatCost,
  formatNumber,
  formatSeconds,
  formatTime,
} from "../shared/format.ts";
import { OneOf } from "../shared/one-of.tsx";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { plans } from "./filters.ts";
import { limitFields } from "./limit-fields.ts";
import { NumbersForm } from "./numbers-form.tsx";

const route = getRouteApi("/admin/accounts/$id");
const ofLimit = (used: number, max: number | null, format: (value: number) => string) =>
  `${format(used)} of ${max === null ? "unlimited" : format(max)}`;

/** One account: what it may, has used and is in, and what an admin can do to it. */
export default function Account(): ReactNode {
  const { id } = route.useParams();
  const { admin } = backend().api;
  const account = useQuery({ queryKey: ["account", id], queryFn: () => answer(admin.account(id)) });
  const [isLimiting, setLimiting] = useState(false);
  const changes = [["account", id], ["accounts"]];
  const setPlan = useAction(
    (plan: (typeof plans)[number]) => answer(admin.setPlan({ user_id: id, plan })),
    {
      changes,
      done: () => say("The account has the plan."),
    },
  );
  const bar = useAction(
    (isBarred: boolean) => answer(isBarred ? admin.restore(id) : admin.suspend(id)),
    {
      changes,
      done: ({ account_status }) => say(`The account is ${account_status}.`),
    },
  );
  const isBarred = account.data?.account_status === "suspended";
  return (
    <Page
      title={account.data?.full_name ?? account.data?.email ?? "Account"}
      actions={
        <Button
          variant="default"
          loading={bar.isPending}
          disabled={account.data === undefined || account.data.account_status === "closing"}
          onClick={() => bar.mutate(isBarred)}
        >
          {isBarred ? "Restore" : "Suspend"}
        </Button>
      }
    >
      <Loaded query={account}>
        {({ limits, trial, voice, classes, tasks, tickets, usage_log, actions, ...profile }) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Panel title="Account">
              <Facts
                facts={[
                  ["Address", profile.email ?? "–"],
                  ["Role", formatCode(profile.role)],
                  ["State", formatCode(profile.account_status)],
                  ["Since", formatTime(profile.created_at)],
                  ["Trial ends", trial.is_demo ? formatTime(trial.demo_expires_at) : "No trial"],
                  ["Deletion asked for", formatTime(profile.deletion_requested_at)],
                  ["Tasks", `${formatNumber(tasks.open)} open, ${formatNumber(tasks.dead)} dead`],
                ]}
              />
            </Panel>
            <Panel
              title="Plan and usage"
              actions={
                <Button size="xs" variant="default" onClick={() => setLimiting(true)}>
                  Change limits
                </Button>
              }
            >
              <OneOf
                label="Plan"
                values={plans}
                value={limits.plan_type}
                disabled={setPlan.isPending}
                onChange={(plan) => plan !== limits.plan_type && setPlan.mutate(plan)}
              />
              <Facts
                facts={[
                  [
                    "Assistants",
                    ofLimit(limits.current_assistants, limits.max_assistants, formatNumber),
                  ],
                  [
                    "Call time",
                    ofLimit(
                      limits.used_call_time_seconds,
                      limits.max_call_time_seconds,
                      formatSeconds,
                    ),
                  ],
                  [
                    "Attachments",
                    ofLimit(limits.used_attachment_bytes, limits.max_attachment_bytes, formatBytes),
                  ],
                  [
                    "Calls of 30 days",
                    `${formatNumber(voice.calls)}, ${formatNumber(voice.failed_calls)} failed`,
                  ],
                  [
                    "Their time and cost",
                    `${formatSeconds(voice.duration_seconds)}, ${formatCost(voice.cost)}`,
                  ],
                  ["Numbers", formatNumber(voice.phone_numbers)],
                  [
                    "Classes",
                    `${formatNumber(classes.hosted)} hosted, ${formatNumber(classes.enrolled)} attended`,
                  ],
                ]}
              />
              {isLimiting && (
                <NumbersForm
                  title="Limits of this account"
                  note="They hold until the account gets another plan."
                  fields={limitFields(limits)}
                  save={(changed) => answer(admin.setLimits({ user_id: id, limits: changed }))}
                  changes={changes}
                  onClose={() => setLimiting(false)}
                />
              )}
            </Panel>
            <Panel title="Latest tickets">
              <DataTable
                rows={tickets}
                rowKey={(ticket) => ticket.id}
                minWidth={360}
                columns={[
                  { label: "Number", cell: ({ ticket_number }) => ticket_number },
                  { label: "Subject", cell: ({ subject }) => subject },
                  { label: "Status", cell: ({ status }) => formatCode(status) },
                ]}
              />
            </Panel>
            <Panel title="What admins did">
              <DataTable
                rows={actions}
                rowKey={(action) => action.id}
                minWidth={360}
                columns={[
                  { label: "When", cell: ({ created_at }) => formatTime(created_at) },
                  { label: "What", cell: ({ action }) => formatCode(action) },
                ]}
              />
            </Panel>
            <Panel title="Usage log">
              <DataTable
                rows={usage_log}
                rowKey={(entry) => String(entry.id)}
                minWidth={360}
                columns={[
                  { label: "When", cell: ({ created_at }) => formatTime(created_at) },
                  { label: "What", cell: ({ action_type }) => formatCode(action_type) },
                  { label: "By", cell: ({ actor_kind }) => formatCode(actor_kind) },
                ]}
              />
            </Panel>
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}
