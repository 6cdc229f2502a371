import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Schemas } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { TextInput } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode } from "../shared/format.ts";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { BusinessHours } from "./business-hours.tsx";
import { Plans } from "./plans.tsx";
import { SlaTargets } from "./sla-targets.tsx";

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
  const settings = useQuery({
    queryKey: ["settings"],
    queryFn: () => answer(backend().api.admin.settings()),
  });
  return (
    <Page title="Settings">
      <Plans />
      <SlaTargets />
      <BusinessHours />
      <Panel title="Thresholds">
        <Loaded query={settings}>
          {(found) => (
            <DataTable
              rows={found}
              rowKey={({ name }) => name}
              columns={[
                { label: "Setting", cell: ({ name }) => formatCode(name) },
                { label: "What it decides", cell: ({ description }) => description },
                {
                  label: "Value",
                  cell: (setting) => <Value key={textOf(setting.value)} setting={setting} />,
                },
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
