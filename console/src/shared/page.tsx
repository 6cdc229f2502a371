import { Center, Group, Loader, Paper, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Failure } from "./failure.tsx";

/** A page: its heading, what can be done on it, its content. */
export function Page({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  useEffect(() => {
    document.title = `${title} · Switchboard`;
  }, [title]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a page with a heading. */
export function Panel({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <Paper component="section" aria-label={title} withBorder p="md">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}

/** What stands where nothing is yet, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <Stack align="center" gap={4} py="xl">
      <Text fw={600}>{title}</Text>
      <Text size="sm" c="dimmed" ta="center" component="div">
        {children}
      </Text>
    </Stack>
  );
}

export function Waiting(): ReactNode {
  return (
    <Center py="xl">
      <Loader aria-label="Loading" role="status" />
    </Center>
  );
}

/** Shows what was asked for, or that it is on its way, or why it did not come. */
export function Loaded<Data>({
  query,
  children,
}: {
  query: UseQueryResult<Data, unknown>;
  children: (data: Data) => ReactNode;
}): ReactNode {
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    return query.isError ? <Failure error={query.error} onRetry={retry} /> : <Waiting />;
  }
  return (
    <>
      {query.isError && <Failure error={query.error} onRetry={retry} />}
      {children(query.data)}
    </>
  );
}
