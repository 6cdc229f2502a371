import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useAction } from "../shared/actions.ts";
import { TagsInput } from "../shared/controls.ts";

/** The words that the desk sorts a ticket by. */
export function Tags({ ticketId }: { ticketId: string }): ReactNode {
  const queryKey = ["tags", ticketId];
  const tags = useQuery({
    queryKey,
    queryFn: async () => {
      const found = await rows(
        backend().supabase.from("ticket_tags").select("tag").eq("ticket_id", ticketId).order("tag"),
      );
      return found.map(({ tag }) => tag);
    },
  });
  const set = useAction(
    (wanted: string[]) =>
      answer(backend().api.tickets.setTags({ ticket_id: ticketId, tags: wanted })),
    { changes: [queryKey] },
  );
  return (
    <TagsInput
      label="Tags"
      description="For the desk alone. Letters, digits, - and _."
      maxTags={20}
      disabled={tags.data === undefined}
      value={(set.isPending ? set.variables : tags.data) ?? []}
      onChange={(wanted) => set.mutate(wanted)}
    />
  );
}
