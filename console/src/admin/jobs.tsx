import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatNumber, formatTime } from "../shared/format.ts";
import { Loaded, Page } from "../shared/page.tsx";

/** What runs on a schedule, and how it last went. */
export default function Jobs(): ReactNode {
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: () => answer(backend().api.admin.jobs({ runs: 1 })),
    refetchInterval: 60_000,
  });
  return (
    <Page title="Jobs">
      <Loaded query={jobs}>
        {(found) => (
          <DataTable
            rows={found}
            rowKey={({ name }) => name}
            columns={[
              { label: "Job", cell: ({ name }) => name },
              { label: "What it does", cell: ({ description }) => description },
              { label: "Schedule (UTC)", cell: ({ schedule }) => schedule },
              { label: "Last run", cell: ({ runs: [last] }) => formatTime(last?.started_at) },
              {
                label: "Rows",
                isNumber: true,
                cell: ({ runs: [last] }) => formatNumber(last?.rows),
              },
              {
                label: "State",
                cell: ({ is_overdue, runs: [last] }) => {
                  const problem = last?.error ?? (is_overdue ? "Overdue" : null);
                  return (
                    <Badge variant="dot" color={problem === null ? "teal" : "red"}>
                      {problem ?? "Well"}
                    </Badge>
                  );
                },
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
