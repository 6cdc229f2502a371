import { Anchor, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "switchboard-client";
import { answer } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { formatBytes, formatTime } from "../shared/format.ts";
import { More } from "../shared/more.tsx";
import { Panel } from "../shared/page.tsx";

type Entry = Pick<
  Schemas["Message"],
  "id" | "body" | "author" | "author_role" | "is_internal" | "created_at" | "attachments"
>;

/** A page of a ticket's conversation after another, the oldest first. */
export function useThread(ticketId: string) {
  return useInfiniteQuery({
    queryKey: ["thread", ticketId],
    queryFn: ({ pageParam }) =>
      answer(
        backend().api.tickets.thread({
          ticket_id: ticketId,
          limit: 50,
          ...(pageParam && { cursor: pageParam }),
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: 15_000,
  });
}

/** What the customer wrote when they opened the ticket. */
export function Description({ text }: { text: string }): ReactNode {
  return (
    <Panel title="What it is about">
      <Prose>{text}</Prose>
    </Panel>
  );
}

/** What people wrote, with the lines as they made them. */
function Prose({ children }: { children: string }): ReactNode {
  return (
    <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
      {children}
    </Text>
  );
}

/** What was said: messages, the replies below each, notes among staff marked. */
export function Thread({ query }: { query: ReturnType<typeof useThread> }): ReactNode {
  const pages = query.data?.pages ?? [];
  const files = pages[0]?.attachments ?? [];
  return (
    <Stack gap="sm">
      {files.length > 0 && <Files files={files} />}
      {pages
        .flatMap(({ messages }) => messages)
        .map((message) => (
          <Stack key={message.id} gap="xs">
            <Said entry={message} />
            {message.replies.map((reply) => (
              <Group key={reply.id} pl="xl" wrap="nowrap" align="stretch">
                <Said entry={reply} />
              </Group>
            ))}
          </Stack>
        ))}
      <More query={query} />
    </Stack>
  );
}

function Said({ entry }: { entry: Entry }): ReactNode {
  const isStaff = entry.author_role === "staff";
  const name =
    entry.author?.full_name ?? (entry.author_role === "system" ? "Switchboard" : "Somebody");
  return (
    <Paper
      withBorder
      p="sm"
      w="100%"
      component="article"
      {...(entry.is_internal && {
        style: { borderInlineStart: "4px solid var(--mantine-color-yellow-5)" },
      })}
    >
      <Group justify="space-between" mb={4}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {isStaff && (
            <Badge size="xs" variant="light">
              Support
            </Badge>
          )}
          {entry.is_internal && (
            <Badge size="xs" color="yellow">
              Internal note
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {formatTime(entry.created_at)}
        </Text>
      </Group>
      {entry.body !== "" && <Prose>{entry.body}</Prose>}
      <Files files={entry.attachments} />
    </Paper>
  );
}

function Files({ files }: { files: readonly Schemas["LinkedFile"][] }): ReactNode {
  return (
    <Group gap="xs">
      {files.map(({ id, file_name, size_bytes, url }) => (
        <Anchor key={id} size="sm" href={url} target="_blank" rel="noreferrer">
          {file_name} ({formatBytes(size_bytes)})
        </Anchor>
      ))}
    </Group>
  );
}
