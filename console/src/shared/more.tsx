import { Button, Group } from "@mantine/core";
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

type Pages<Page> = UseInfiniteQueryResult<InfiniteData<Page>, unknown>;

/** The pages of a list so far, as something to show or to wait for. */
export function pagesOf<Page>(query: Pages<Page>): UseQueryResult<Page[], unknown> {
  return { ...query, data: query.data?.pages } as UseQueryResult<Page[], unknown>;
}

/** Asks for the next page of a list, while there is one. */
export function More({ query }: { query: Pages<unknown> }): ReactNode {
  if (!query.hasNextPage) return null;
  return (
    <Group justify="center" mt="md">
      <Button
        variant="default"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        Show more
      </Button>
    </Group>
  );
}
