import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Database } from "switchboard-client";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { Change } from "../shared/change.tsx";
import { DataTable } from "../shared/data-table.tsx";
import { formatBytes, formatCode, formatNumber, formatSeconds } from "../shared/format.ts";
import { Loaded, Panel } from "../shared/page.tsx";
import { limitFields } from "./limit-fields.ts";
import { NumbersForm } from "./numbers-form.tsx";

type Plan = Database["public"]["Tables"]["plans"]["Row"];

const unlimited = (value: number | null, format: (value: number) => string) =>
  value === null ? "Unlimited" : format(value);

/** What each plan allows to whoever gets it. */
export function Plans(): ReactNode {
  const { supabase, api } = backend();
  const [changing, setChanging] = useState<Plan | null>(null);
  const plans = useQuery({
    queryKey: ["plans"],
    queryFn: () => rows(supabase.from("plans").select("*").order("plan_type")),
  });
  return (
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
              {
                label: "",
                cell: (row) => (
                  <Change label={`Change plan ${row.plan_type}`} onClick={() => setChanging(row)} />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {changing !== null && (
        <NumbersForm
          title={`Plan ${changing.plan_type}`}
          note="Whoever gets the plan from now on gets these limits. Accounts that have it keep theirs."
          fields={limitFields(changing)}
          save={(limits) => answer(api.admin.setPlanLimits({ plan: changing.plan_type, limits }))}
          changes={[["plans"]]}
          onClose={() => setChanging(null)}
        />
      )}
    </Panel>
  );
}
