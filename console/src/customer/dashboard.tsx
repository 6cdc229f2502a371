import { Button, Group, Paper, SimpleGrid, Table, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import type { Schemas } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { DataTable } from "../shared/data-table.tsx";
import { saveFile } from "../shared/download.ts";
import {
  formatCost,
  formatGrowth,
  formatNumber,
  formatSeconds,
  formatShare,
  zone,
} from "../shared/format.ts";
import { ButtonLink } from "../shared/links.tsx";
import { Empty, Loaded, Page, Panel, Waiting } from "../shared/page.tsx";
import { RangeFilter } from "../shared/range-filter.tsx";
import { given } from "../shared/search.ts";
import { AssistantFilter } from "./assistant-filter.tsx";

type Answer = Schemas["Dashboard"];

// Loaded while the figures are on their way.
const charts = import("./dashboard-charts.tsx");
const Charts = lazy(() => charts);
const route = getRouteApi("/dashboard");

/** How the calls went: figures beside those of the days before, and pictures. */
export default function Dashboard(): ReactNode {
  const { from, to, assistant } = route.useSearch();
  const navigate = route.useNavigate();
  const query = given({ from, to, tz: zone, assistant_id: assistant });
  const dashboard = useQuery({
    queryKey: ["dashboard", query],
    queryFn: () => answer(backend().api.analytics.dashboard(query)),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const csv = useAction(() => answer(backend().api.analytics.callsCsv(query)), {
    done: (text) => saveFile("calls.csv", text, "text/csv"),
  });
  return (
    <Page
      title="Dashboard"
      actions={
        <Button variant="default" loading={csv.isPending} onClick={() => csv.mutate(undefined)}>
          Calls as CSV
        </Button>
      }
    >
      <Group align="end">
        <RangeFilter
          value={{ from, to }}
          onChange={(range) => navigate({ search: (before) => ({ ...before, ...range }) })}
        />
        <AssistantFilter
          value={assistant}
          onChange={(id) => navigate({ search: (before) => ({ ...before, assistant: id }) })}
        />
      </Group>
      <Loaded query={dashboard}>
        {(found) =>
          found.metrics.total_calls === 0 ? (
            <Empty title="No calls in these days">
              <Text size="sm" mb="sm">
                Choose other days, or connect a number so that an assistant can answer it.
              </Text>
              <ButtonLink to="/numbers">Numbers</ButtonLink>
            </Empty>
          ) : (
            <>
              <Figures dashboard={found} />
              <Suspense fallback={<Waiting />}>
                <Charts dashboard={found} />
              </Suspense>
              <SimpleGrid cols={{ base: 1, lg: 2 }}>
                <Assistants dashboard={found} />
                <Reasons dashboard={found} />
              </SimpleGrid>
              <Text size="xs" c="dimmed">
                Days in {found.range.time_zone}. Compared with the {formatNumber(found.range.days)}{" "}
                days before.
              </Text>
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Figures({ dashboard: { metrics, growth } }: { dashboard: Answer }): ReactNode {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }}>
      <Figure label="Calls" value={formatNumber(metrics.total_calls)} growth={growth.total_calls} />
      <Figure
        label="Answered"
        value={formatNumber(metrics.answered_calls)}
        growth={growth.answered_calls}
      />
      <Figure
        label="Success"
        value={formatShare(metrics.success_rate)}
        growth={growth.success_rate}
      />
      <Figure
        label="Call time"
        value={formatSeconds(metrics.total_duration_seconds)}
        growth={growth.total_duration_seconds}
      />
      <Figure
        label="Average, median, 95 %"
        value={formatSeconds(metrics.average_duration_seconds)}
        note={`${formatSeconds(metrics.p50_duration_seconds)}, ${formatSeconds(metrics.p95_duration_seconds)}`}
      />
      <Figure label="Cost" value={formatCost(metrics.total_cost)} growth={growth.total_cost} />
    </SimpleGrid>
  );
}

function Figure({
  label,
  value,
  growth,
  note,
}: {
  label: string;
  value: string;
  growth?: number | null;
  note?: string;
}): ReactNode {
  return (
    <Paper withBorder p="md">
      <Text size="xs" c="dimmed" tt="uppercase" fw={700}>
        {label}
      </Text>
      <Text size="xl" fw={700}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {note ?? (growth == null ? "nothing before" : `${formatGrowth(growth)} than before`)}
      </Text>
    </Paper>
  );
}

function Assistants({ dashboard }: { dashboard: Answer }): ReactNode {
  return (
    <Panel title="By assistant">
      <DataTable
        minWidth={420}
        rows={dashboard.by_assistant}
        rowKey={(one) => one.assistant_id ?? ""}
        columns={[
          {
            label: "Assistant",
            cell: (one) =>
              `${one.name ?? (one.assistant_id === null ? "None" : "Unknown")}${one.is_deleted ? " (deleted)" : ""}`,
          },
          { label: "Calls", isNumber: true, cell: (one) => formatNumber(one.total_calls) },
          {
            label: "Successful",
            isNumber: true,
            cell: (one) => formatNumber(one.successful_calls),
          },
          {
            label: "Call time",
            isNumber: true,
            cell: (one) => formatSeconds(one.total_duration_seconds),
          },
          { label: "Cost", isNumber: true, cell: (one) => formatCost(one.total_cost) },
        ]}
      />
    </Panel>
  );
}

function Reasons({ dashboard }: { dashboard: Answer }): ReactNode {
  return (
    <Panel title="Why calls ended">
      <Table>
        <Table.Tbody>
          {dashboard.by_ended_reason.map(({ ended_reason, calls }) => (
            <Table.Tr key={ended_reason}>
              <Table.Td>{ended_reason ?? "Not told"}</Table.Td>
              <Table.Td ta="right">{formatNumber(calls)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
