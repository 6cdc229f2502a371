import "../shared/chart-styles.ts";
import { BarChart, DonutChart } from "@mantine/charts";
import { Center, Group, SimpleGrid, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Schemas } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { formatCode, formatNumber, formatSeconds, formatShare } from "../shared/format.ts";
import { Loaded, Page, Panel } from "../shared/page.tsx";
import { dayBefore, RangeFilter } from "../shared/range-filter.tsx";

const route = getRouteApi("/statistics");

/** The moment at which a day of the visitor's calendar begins, so many days later. */
function midnight(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

/** How the support desk did. */
export default function Statistics(): ReactNode {
  const { from = dayBefore(29), to = dayBefore(0) } = route.useSearch();
  const navigate = route.useNavigate();
  const stats = useQuery({
    queryKey: ["support-stats", from, to],
    queryFn: () =>
      answer(backend().api.tickets.stats({ from: midnight(from, 0), to: midnight(to, 1) })),
  });
  return (
    <Page title="Statistics">
      <Group align="end">
        <RangeFilter value={{ from, to }} onChange={(search) => navigate({ search })} />
      </Group>
      <Loaded query={stats}>{(found) => <Plots stats={found} />}</Loaded>
    </Page>
  );
}

function Plots({ stats }: { stats: Schemas["SupportStats"] }): ReactNode {
  const { volumes, sla, csat } = stats;
  const bars = (counts: Record<string, number>) =>
    Object.entries(counts).map(([name, tickets]) => ({ name: formatCode(name), tickets }));
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Panel title="Tickets">
        <BarChart
          h={220}
          dataKey="name"
          data={bars({
            created: volumes.created,
            resolved: volumes.resolved,
            closed: volumes.closed,
            reopened: volumes.reopened,
          })}
          series={[{ name: "tickets", label: "Tickets", color: "indigo.6" }]}
        />
      </Panel>
      <Panel title="By category">
        <BarChart
          h={220}
          dataKey="name"
          data={bars(volumes.by_category)}
          series={[{ name: "tickets", label: "Tickets", color: "teal.6" }]}
        />
      </Panel>
      <Panel title="Promises">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <Kept title="First answer" kept={sla.first_response} />
          <Kept title="Resolution" kept={sla.resolution} />
        </SimpleGrid>
      </Panel>
      <Panel title="Times and ratings">
        <Table>
          <Table.Tbody>
            {[
              ["First answer, median", formatSeconds(stats.first_response.median_seconds)],
              ["First answer, 90 %", formatSeconds(stats.first_response.p90_seconds)],
              ["Resolution, median", formatSeconds(stats.resolution.median_seconds)],
              ["Resolution, 90 %", formatSeconds(stats.resolution.p90_seconds)],
              ["Ratings", formatNumber(csat.responses)],
              ["Average rating", formatNumber(csat.average)],
              ["Satisfied", formatShare(csat.satisfied_share)],
            ].map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td ta="right">{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Panel>
    </SimpleGrid>
  );
}

function Kept({
  title,
  kept,
}: {
  title: string;
  kept: Schemas["SupportStats"]["sla"]["resolution"];
}): ReactNode {
  return (
    <div>
      <Center>
        <DonutChart
          size={130}
          thickness={18}
          chartLabel={formatShare(kept.kept_share)}
          data={[
            { name: "Kept", value: kept.met, color: "teal.6" },
            { name: "Broken", value: kept.breached, color: "red.6" },
            { name: "At risk", value: kept.at_risk, color: "orange.5" },
          ]}
        />
      </Center>
      <Text size="sm" ta="center">
        {title}: {formatNumber(kept.met)} kept, {formatNumber(kept.breached)} broken,{" "}
        {formatNumber(kept.at_risk)} at risk
      </Text>
    </div>
  );
}
