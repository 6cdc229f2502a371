import { Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Answer } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Choice, Sought } from "../shared/filter-fields.tsx";
import { formatCode, formatDay } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { given } from "../shared/search.ts";
import { accountStates, type accountsSearch, plans } from "./filters.ts";

const route = getRouteApi("/admin/accounts");

/** All accounts, the newest first, or those that are sought. */
export default function Accounts(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (change: Partial<ReturnType<typeof accountsSearch>>) =>
    navigate({ search: (before) => ({ ...before, ...change }) });
  const accounts = useInfiniteQuery({
    queryKey: ["accounts", search],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.admin.accounts({ ...given(search), ...(pageParam && { cursor: pageParam }) }),
      ),
    initialPageParam: null as Answer<"admin_list_accounts">["next"],
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Page title="Accounts">
      <Group align="end">
        <Sought
          label="Address or name begins with"
          value={search.q}
          onChange={(q) => filter({ q })}
        />
        <Choice
          label="Plan"
          values={plans}
          value={search.plan}
          onChange={(plan) => filter({ plan })}
        />
        <Choice
          label="State"
          values={accountStates}
          value={search.state}
          onChange={(state) => filter({ state })}
        />
      </Group>
      <Loaded query={pagesOf(accounts)}>
        {(pages) => {
          const found = pages.flatMap((page) => page.accounts);
          if (found.length === 0) return <Empty title="No such accounts">Filter less.</Empty>;
          return (
            <DataTable
              rows={found}
              rowKey={({ id }) => id}
              columns={[
                {
                  label: "Account",
                  cell: ({ id, full_name, email }) => (
                    <TextLink to="/admin/accounts/$id" params={{ id }} size="sm">
                      {full_name ?? email ?? id}
                    </TextLink>
                  ),
                },
                { label: "Address", cell: ({ email }) => email ?? "–" },
                { label: "Role", cell: ({ role }) => formatCode(role) },
                { label: "Plan", cell: ({ limits }) => formatCode(limits.plan_type) },
                { label: "State", cell: ({ account_status }) => formatCode(account_status) },
                { label: "Since", cell: ({ created_at }) => formatDay(created_at) },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={accounts} />
    </Page>
  );
}
