import { Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { DataTable } from "../shared/data-table.tsx";
import { Choice, Sought } from "../shared/filter-fields.tsx";
import { formatCode, formatNumber, formatTime } from "../shared/format.ts";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { given } from "../shared/search.ts";
import { taskStates, type tasksSearch } from "./filters.ts";

const route = getRouteApi("/admin/tasks");

/** The queue of work outside the database; the dead first, because they wait for somebody. */
export default function Tasks(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (change: Partial<ReturnType<typeof tasksSearch>>) =>
    navigate({ search: (before) => ({ ...before, ...change }) });
  const tasks = useInfiniteQuery({
    queryKey: ["tasks", search],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.admin.tasks({
          ...given(search),
          ...(pageParam && { after_at: pageParam.at, after_id: pageParam.id }),
        }),
      ),
    initialPageParam: null as { at: string; id: string } | null,
    getNextPageParam: ({ next }) => next,
  });
  const retry = useAction((id: string) => answer(backend().api.admin.retryTask(id)), {
    changes: [["tasks"], ["inbox-health"]],
    done: () => say("It is asked for again."),
  });
  return (
    <Page title="Tasks">
      <Group align="end">
        <Choice
          label="State"
          values={taskStates}
          value={search.state ?? "dead"}
          onChange={(state) => filter({ state })}
        />
        <Sought label="Resource, error or id" value={search.q} onChange={(q) => filter({ q })} />
      </Group>
      <Loaded query={pagesOf(tasks)}>
        {(pages) => {
          const found = pages.flatMap((page) => page.tasks);
          if (found.length === 0) return <Empty title="No such tasks">Choose another state.</Empty>;
          return (
            <DataTable
              rows={found}
              rowKey={({ id }) => id}
              columns={[
                { label: "When", cell: ({ at }) => formatTime(at) },
                { label: "Kind", cell: ({ kind }) => formatCode(kind) },
                { label: "Resource", cell: ({ resource_id }) => resource_id },
                { label: "State", cell: ({ state }) => formatCode(state) },
                { label: "Tries", isNumber: true, cell: ({ attempts }) => formatNumber(attempts) },
                { label: "Error", cell: ({ last_error }) => last_error ?? "" },
                {
                  label: "",
                  cell: ({ id, state, kind }) =>
                    state === "dead" && (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Ask again: ${formatCode(kind)}`}
                        loading={retry.isPending && retry.variables === id}
                        onClick={() => retry.mutate(id)}
                      >
                        Ask again
                      </Button>
                    ),
                },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={tasks} />
    </Page>
  );
}
