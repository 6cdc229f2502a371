import { SimpleGrid, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
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
              <Scroll minWidth={420}>
                <Table>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>Provider</Table.Th>
                      <Table.Th>Last hour</Table.Th>
                      <Table.Th>Waiting</Table.Th>
                      <Table.Th>Failed</Table.Th>
                      <Table.Th>Dead</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {providers.map((one) => (
                      <Table.Tr key={one.provider}>
                        <Table.Td>{one.provider}</Table.Td>
                        <Table.Td>{formatNumber(one.received_last_hour)}</Table.Td>
                        <Table.Td>{formatNumber(one.depth)}</Table.Td>
                        <Table.Td>{formatNumber(one.failed)}</Table.Td>
                        <Table.Td>{formatNumber(one.dead)}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Scroll>
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
