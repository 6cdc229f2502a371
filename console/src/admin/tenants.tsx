import { Group, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Choice } from "../shared/filter-fields.tsx";
import {
  formatCode,
  formatCost,
  formatNumber,
  formatSeconds,
  formatShare,
} from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { given } from "../shared/search.ts";
import { tenantSorts } from "./filters.ts";

const route = getRouteApi("/admin/tenants");

/** What the tenants called in the last 30 days. */
export default function Tenants(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const overview = useInfiniteQuery({
    queryKey: ["tenants", search],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.admin.overview({ ...given(search), ...(pageParam && { cursor: pageParam }) }),
      ),
    initialPageParam: null as { value: number; id: string } | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Page title="Tenants">
      <Group align="end">
        <Choice
          label="Most"
          values={tenantSorts}
          value={search.sort ?? "calls"}
          onChange={(sort) => navigate({ search: { sort } })}
        />
      </Group>
      <Loaded query={pagesOf(overview)}>
        {(pages) => {
          const totals = pages[0]?.totals;
          const found = pages.flatMap((page) => page.tenants);
          if (found.length === 0 || totals === undefined) {
            return <Empty title="Nobody called">There were no calls in the last 30 days.</Empty>;
          }
          return (
            <>
              <Text size="sm">
                {formatNumber(totals.tenants)} tenants, {formatNumber(totals.calls)} calls,{" "}
                {formatNumber(totals.failed_calls)} failed, {formatSeconds(totals.duration_seconds)}
                , {formatCost(totals.cost)} in the last 30 days.
              </Text>
              <DataTable
                rows={found}
                rowKey={({ user_id }) => user_id}
                columns={[
                  {
                    label: "Tenant",
                    cell: ({ user_id, full_name, email }) => (
                      <TextLink to="/admin/accounts/$id" params={{ id: user_id }} size="sm">
                        {full_name ?? email ?? user_id}
                      </TextLink>
                    ),
                  },
                  { label: "Plan", cell: ({ plan_type }) => formatCode(plan_type) },
                  { label: "Calls", isNumber: true, cell: ({ calls }) => formatNumber(calls) },
                  {
                    label: "Failed",
                    isNumber: true,
                    cell: ({ failed_calls }) => formatNumber(failed_calls),
                  },
                  {
                    label: "Time",
                    isNumber: true,
                    cell: (row) => formatSeconds(row.duration_seconds),
                  },
                  { label: "Cost", isNumber: true, cell: ({ cost }) => formatCost(cost) },
                  {
                    label: "Of the limit",
                    isNumber: true,
                    cell: ({ call_time_percent: percent }) =>
                      percent === null ? "Unlimited" : formatShare(percent / 100),
                  },
                ]}
              />
            </>
          );
        }}
      </Loaded>
      <More query={overview} />
    </Page>
  );
}
