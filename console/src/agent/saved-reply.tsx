import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { Select } from "../shared/controls.ts";
import { formatCode } from "../shared/format.ts";

/** The desk's saved replies, by their titles. */
export function useSavedReplies() {
  return useQuery({
    queryKey: ["saved-replies"],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("saved_replies")
          .select("id, team, title, body")
          .order("title")
          .order("id"),
      ),
    staleTime: 60_000,
  });
}

export type Reply = NonNullable<ReturnType<typeof useSavedReplies>["data"]>[number];

/** Gives a saved reply with the names and words of a ticket, to be read and sent. */
export function SavedReply({
  ticketId,
  onText,
}: {
  ticketId: string;
  onText: (text: string) => void;
}): ReactNode {
  const { data: replies = [] } = useSavedReplies();
  const fill = useAction(
    (id: string) =>
      answer(backend().api.tickets.fillSavedReply({ saved_reply_id: id, ticket_id: ticketId })),
    { done: onText },
  );
  if (replies.length === 0) return null;
  return (
    <Select
      aria-label="Saved reply"
      placeholder="Begin with a saved reply"
      searchable
      value={null}
      disabled={fill.isPending}
      data={replies.map(({ id, team, title }) => ({
        value: id,
        label: team === null ? title : `${title} (${formatCode(team)})`,
      }))}
      onChange={(id) => id !== null && fill.mutate(id)}
    />
  );
}
