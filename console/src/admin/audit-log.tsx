import { Code } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";

/** What admins and the secret key did, the newest first. */
export default function AuditLog(): ReactNode {
  const actions = useInfiniteQuery({
    queryKey: ["actions"],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.admin.actions(
          pageParam === null
            ? {}
            : { after_created_at: pageParam.created_at, after_id: pageParam.id },
        ),
      ),
    initialPageParam: null as { created_at: string; id: string } | null,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Page title="Audit log">
      <Loaded query={pagesOf(actions)}>
        {(pages) => {
          const found = pages.flatMap((page) => page.actions);
          if (found.length === 0) {
            return <Empty title="Nothing was done yet">What admins change is listed here.</Empty>;
          }
          return (
            <DataTable
              rows={found}
              rowKey={({ id }) => id}
              columns={[
                { label: "When", cell: ({ created_at }) => formatTime(created_at) },
                { label: "What", cell: ({ action }) => formatCode(action) },
                {
                  label: "By",
                  cell: ({ actor_name, actor_kind }) => actor_name ?? formatCode(actor_kind),
                },
                { label: "Details", cell: ({ details }) => <Code>{JSON.stringify(details)}</Code> },
              ]}
            />
          );
        }}
      </Loaded>
      <More query={actions} />
    </Page>
  );
}
