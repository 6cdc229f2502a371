import { Badge, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { SegmentedControl } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { options } from "../shared/one-of.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { oneOf } from "../shared/search.ts";
import { mailStates } from "../support/words.ts";

const route = getRouteApi("/mails");
const pageSize = 50;

/** Mails to the desk that had no effect, the newest first. */
export default function Mails(): ReactNode {
  const { state = "held" } = route.useSearch();
  const navigate = route.useNavigate();
  const mails = useInfiniteQuery({
    queryKey: ["mails", state],
    queryFn: ({ pageParam }) =>
      rows(
        backend()
          .supabase.from("received_mails")
          .select("id, from_address, subject, reason, authentication, file_count, received_at")
          .eq("state", state)
          .order("received_at", { ascending: false })
          .order("id", { ascending: false })
          .range(pageParam, pageParam + pageSize - 1),
      ),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < pageSize ? null : pages.length * pageSize),
    refetchInterval: 30_000,
  });
  return (
    <Page title="Mails">
      <SegmentedControl
        aria-label="State"
        w="fit-content"
        value={state}
        data={options(mailStates)}
        onChange={(value) => navigate({ search: { state: oneOf(mailStates, value) } })}
      />
      <Loaded query={pagesOf(mails)}>
        {(pages) =>
          pages.flat().length === 0 ? (
            <Empty title="No such mails">
              {state === "held"
                ? "No mail waits for a decision."
                : "Mails with an effect are in their tickets."}
            </Empty>
          ) : (
            <DataTable
              rows={pages.flat()}
              rowKey={({ id }) => id}
              columns={[
                {
                  label: "Mail",
                  cell: ({ id, subject, from_address }) => (
                    <>
                      <TextLink to="/mails/$id" params={{ id }} size="sm">
                        {subject || "Without a subject"}
                      </TextLink>
                      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                        {from_address ?? "from nobody"}
                      </Text>
                    </>
                  ),
                },
                { label: "Why", cell: ({ reason }) => formatCode(reason) },
                {
                  label: "Sender",
                  cell: ({ authentication }) => (
                    <Badge variant="dot" color={senderColors[authentication ?? "none"] ?? "gray"}>
                      {senderWords[authentication ?? "none"] ?? formatCode(authentication)}
                    </Badge>
                  ),
                },
                { label: "Files", isNumber: true, cell: ({ file_count }) => file_count },
                { label: "Received", cell: ({ received_at }) => formatTime(received_at) },
              ]}
            />
          )
        }
      </Loaded>
      <More query={mails} />
    </Page>
  );
}

const senderColors: Readonly<Record<string, string>> = { pass: "teal", fail: "red" };

/** What the receiver says of the claim whom a mail is from. */
export const senderWords: Readonly<Record<string, string>> = {
  pass: "Confirmed",
  fail: "Denied",
  none: "Not confirmed",
};
