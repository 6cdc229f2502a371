import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Schemas } from "switchboard-client";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatBytes, formatCode, formatNumber, formatSeconds } from "../shared/format.ts";
import { Loaded, Page, Panel } from "../shared/page.tsx";

const unlimited = (value: number | null, format: (value: number) => string) =>
  value === null ? "Unlimited" : format(value);

/** What a value is as text: an interval as it is, anything else as JSON. */
const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

function parsedValue(text: string, type: string | null): unknown {
  if (type === "interval") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What holds for everybody: plans, targets of the desk, thresholds. */
export default function Settings(): ReactNode {
  const { supabase, api } = backend();
  const plans = useQuery({
    queryKey: ["plans"],
    queryFn: () => rows(supabase.from("plans").select("*").order("plan_type")),
  });
  const targets = useQuery({
    queryKey: ["sla-targets"],
    queryFn: () => rows(supabase.from("sla_targets").select("*").order("priority")),
  });
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => answer(api.admin.settings()),
  });
  return (
    <Page title="Settings">
      <Panel title="Plans">
        <Loaded query={plans}>
          {(found) => (
            <DataTable
              rows={found}
              rowKey={({ plan_type }) => plan_type}
              columns={[
                { label: "Plan", cell: ({ plan_type }) => formatCode(plan_type) },
                {
                  label: "Assistants",
                  isNumber: true,
                  cell: (row) => unlimited(row.max_assistants, formatNumber),
                },
                {
                  label: "Call time",
                  isNumber: true,
                  cell: (row) => unlimited(row.max_call_time_seconds, formatSeconds),
                },
                {
                  label: "Attachments",
                  isNumber: true,
                  cell: (row) => unlimited(row.max_attachment_bytes, formatBytes),
                },
                { label: "Counted by", cell: ({ usage_period }) => formatCode(usage_period) },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Targets of the desk">
        <Loaded query={targets}>
          {(found) => (
            <DataTable
              rows={found}
              rowKey={({ priority }) => priority}
              columns={[
                { label: "Priority", cell: ({ priority }) => formatCode(priority) },
                {
                  label: "First response",
                  isNumber: true,
                  cell: (row) => formatSeconds(row.first_response_seconds),
                },
                {
                  label: "Resolution",
                  isNumber: true,
                  cell: (row) => formatSeconds(row.resolution_seconds),
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
      <Panel title="Thresholds">
        <Loaded query={settings}>
          {(found) => (
            <DataTable
              rows={found}
              rowKey={({ name }) => name}
              columns={[
                { label: "Setting", cell: ({ name }) => formatCode(name) },
                { label: "What it decides", cell: ({ description }) => description },
                { label: "Value", cell: (setting) => <Value setting={setting} /> },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function Value({
  setting: { name, value, type, lowest, highest },
}: {
  setting: Schemas["Setting"];
}): ReactNode {
  const [text, setText] = useState(textOf(value));
  const set = useAction(
    () => answer(backend().api.admin.setSetting({ name, value: parsedValue(text, type) })),
    { changes: [["settings"]], done: () => say("It holds from now on.") },
  );
  if (type === null) return textOf(value);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(undefined);
  };
  return (
    <Group gap="xs" component="form" wrap="nowrap" onSubmit={submit}>
      <TextInput
        aria-label={formatCode(name)}
        description={`${formatCode(type)}, ${lowest} to ${highest}`}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {text !== textOf(value) && (
        <Button size="xs" type="submit" loading={set.isPending}>
          Save
        </Button>
      )}
    </Group>
  );
}
