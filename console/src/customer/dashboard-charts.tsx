import "../shared/chart-styles.ts";
import { BarChart, LineChart, MatrixChart } from "@mantine/charts";
import { SimpleGrid } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "switchboard-client";
import { formatCode, formatCost, formatDate, formatNumber } from "../shared/format.ts";
import { Panel } from "../shared/page.tsx";
import { Scroll } from "../shared/scroll.tsx";
import { outcomeColors, outcomes } from "./filters.ts";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

/** Bars that grow would keep a slow machine busy for longer than everything else of the page. */
const still = { isAnimationActive: false };

/** The dashboard's pictures. Loaded when there is something to draw. */
export default function Charts({ dashboard }: { dashboard: Schemas["Dashboard"] }): ReactNode {
  const { series, metrics, by_weekday_hour: week } = dashboard;
  const days = series.map((point) => ({ ...point, day: formatDate(point.start) }));
  const shown = outcomes.filter((outcome) => metrics[`${outcome}_calls`] > 0);
  return (
    <>
      <Panel title="Calls a day, by outcome">
        <BarChart
          h={260}
          data={days}
          dataKey="day"
          type="stacked"
          withLegend
          barProps={still}
          valueFormatter={formatNumber}
          series={shown.map((outcome) => ({
            name: `${outcome}_calls`,
            label: formatCode(outcome),
            color: outcomeColors[outcome],
          }))}
        />
      </Panel>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Panel title="When people call">
          <Scroll minWidth={460}>
            <MatrixChart
              data={week.flatMap(({ weekday, calls }) =>
                calls.map((value, hour) => ({
                  x: hours[hour] ?? "",
                  y: weekdays[weekday - 1] ?? "",
                  value,
                })),
              )}
              xLabels={hours}
              yLabels={weekdays}
              withXLabels
              withYLabels
              xLabelsRotation={0}
              xLabelsHeight={24}
              yLabelsWidth={40}
              cellSize={17}
              gap={2}
              colors={["var(--mantine-color-indigo-light)", "indigo.3", "indigo.5", "indigo.8"]}
              withTooltip
              getTooltipLabel={({ x, y, value }) => `${y} ${x}:00, ${formatNumber(value)} calls`}
            />
          </Scroll>
        </Panel>
        <Panel title="Cost a day">
          <LineChart
            h={190}
            data={days}
            dataKey="day"
            curveType="monotone"
            withDots={false}
            lineProps={still}
            valueFormatter={formatCost}
            series={[{ name: "total_cost", label: "Cost", color: "indigo.6" }]}
          />
        </Panel>
      </SimpleGrid>
    </>
  );
}
