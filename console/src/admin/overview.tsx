import { SimpleGrid, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatNumber, formatTime } from "../shared/format.ts";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { Scroll } from "../shared/scroll.tsx";

/** How the inbox of deliveries, the queue of tasks and the jobs do. */
export default function Overview(): ReactNode {
  const health = useQuery({
    queryKey: ["inbox-health"],
    queryFn: () => answer(backend().api.admin.inboxHealth()),
    refetchInterval: 15_000,
  });
  return (
    <Page title="Health">
      <Loaded query={health}>
        {({ providers, tasks, jobs }) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Panel title="Inbox">
              <DataTable
                minWidth={420}
                rows={providers}
                rowKey={(one) => one.provider}
                columns={[
                  { label: "Provider", cell: (one) => one.provider },
                  { label: "Last hour", cell: (one) => formatNumber(one.received_last_hour) },
                  { label: "Waiting", cell: (one) => formatNumber(one.depth) },
                  { label: "Failed", cell: (one) => formatNumber(one.failed) },
                  { label: "Dead", cell: (one) => formatNumber(one.dead) },
                ]}
              />
              <Text size="sm" c="dimmed" mt="sm">
                Tasks: {formatNumber(tasks.open)} open, {formatNumber(tasks.due)} due,{" "}
                {formatNumber(tasks.running)} running, {formatNumber(tasks.dead)} dead.
              </Text>
            </Panel>
            <Panel title="Jobs">
              <Scroll minWidth={420}>
                <Table>
                  <Table.Tbody>
                    {jobs.map((job) => (
                      <Table.Tr key={job.name}>
                        <Table.Td>{job.name}</Table.Td>
                        <Table.Td>{formatTime(job.last_started_at)}</Table.Td>
                        <Table.Td>{job.last_error ?? (job.is_overdue ? "overdue" : "")}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Scroll>
            </Panel>
          </SimpleGrid>
        )}
      </Loaded>
    </Page>
  );
}
