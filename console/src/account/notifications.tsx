import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { rows, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { formatCode, formatTime } from "../shared/format.ts";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";

const pageSize = 30;

/** What the product told the caller, the newest first. */
export default function Notifications(): ReactNode {
  const told = useInfiniteQuery({
    queryKey: ["notifications"],
    queryFn: ({ pageParam }) =>
      rows(
        backend()
          .supabase.from("notifications")
          .select("id, kind, data, read_at, created_at")
          .order("created_at", { ascending: false })
          .order("id")
          .range(pageParam, pageParam + pageSize - 1),
      ),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < pageSize ? null : pages.length * pageSize),
    refetchInterval: 30_000,
  });
  const read = useAction(
    () =>
      written(
        backend()
          .supabase.from("notifications")
          .update({ read_at: new Date().toISOString() })
          .is("read_at", null),
      ),
    { changes: [["notifications"]] },
  );
  return (
    <Page
      title="Notifications"
      actions={
        <Button variant="default" loading={read.isPending} onClick={() => read.mutate(undefined)}>
          Mark all as read
        </Button>
      }
    >
      <Loaded query={pagesOf(told)}>
        {(pages) =>
          pages.flat().length === 0 ? (
            <Empty title="Nothing to tell">
              Answers of support, limits that come near and changes of classes appear here.
            </Empty>
          ) : (
            <Stack gap="xs">
              {pages.flat().map((one) => (
                <Paper key={one.id} withBorder p="sm" component="article">
                  <Group justify="space-between">
                    <Group gap="xs">
                      <Text size="sm" fw={one.read_at === null ? 700 : 400}>
                        {formatCode(one.kind)}
                      </Text>
                      {one.read_at === null && <Badge size="xs">New</Badge>}
                    </Group>
                    <Text size="xs" c="dimmed">
                      {formatTime(one.created_at)}
                    </Text>
                  </Group>
                  <Text size="sm" c="dimmed">
                    {details(one.data)}
                  </Text>
                </Paper>
              ))}
            </Stack>
          )
        }
      </Loaded>
      <More query={told} />
    </Page>
  );
}

/** The facts of a notification that people read: no ids. */
function details(data: unknown): string {
  return Object.entries(data ?? {})
    .filter(([key, value]) => !key.endsWith("id") && typeof value !== "object")
    .map(([key, value]) => `${formatCode(key)}: ${String(value)}`)
    .join(", ");
}
