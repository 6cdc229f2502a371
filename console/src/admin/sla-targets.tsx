import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Database } from "switchboard-client";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { Change } from "../shared/change.tsx";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode, formatSeconds } from "../shared/format.ts";
import { Loaded, Panel } from "../shared/page.tsx";
import { NumbersForm } from "./numbers-form.tsx";

type Target = Database["public"]["Tables"]["sla_targets"]["Row"];

/** How soon the desk answers and resolves, by priority. */
export function SlaTargets(): ReactNode {
  const { supabase, api } = backend();
  const [changing, setChanging] = useState<Target | null>(null);
  const targets = useQuery({
    queryKey: ["sla-targets"],
    queryFn: () => rows(supabase.from("sla_targets").select("*").order("priority")),
  });
  return (
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
              {
                label: "",
                cell: (row) => (
                  <Change
                    label={`Change targets of priority ${row.priority}`}
                    onClick={() => setChanging(row)}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {changing !== null && (
        <NumbersForm
          title={`Tickets of priority ${changing.priority}`}
          note="The targets hold for tickets that are open, too."
          fields={[
            {
              name: "first_response_seconds",
              label: "First response in seconds",
              value: changing.first_response_seconds,
              format: formatSeconds,
            },
            {
              name: "resolution_seconds",
              label: "Resolution in seconds",
              value: changing.resolution_seconds,
              format: formatSeconds,
            },
          ]}
          save={(seconds) =>
            answer(
              api.admin.setSla({
                priority: changing.priority,
                first_response_seconds:
                  seconds.first_response_seconds ?? changing.first_response_seconds,
                resolution_seconds: seconds.resolution_seconds ?? changing.resolution_seconds,
              }),
            )
          }
          changes={[["sla-targets"]]}
          onClose={() => setChanging(null)}
        />
      )}
    </Panel>
  );
}
