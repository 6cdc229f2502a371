import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Select } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";

/** Lets a ticket go on in another one of the same customer. */
export function MergeButton({
  ticketId,
  ownerId,
}: {
  ticketId: string;
  ownerId: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Merge
      </Button>
      {isOpen && <MergeForm ticketId={ticketId} ownerId={ownerId} onClose={() => setOpen(false)} />}
    </>
  );
}

function MergeForm({
  ticketId,
  ownerId,
  onClose,
}: {
  ticketId: string;
  ownerId: string;
  onClose: () => void;
}): ReactNode {
  const navigate = useNavigate();
  const [into, setInto] = useState<string | null>(null);
  const others = useQuery({
    queryKey: ["open-tickets", ownerId],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("support_tickets")
          .select("id, ticket_number, subject")
          .eq("user_id", ownerId)
          .neq("id", ticketId)
          .neq("status", "closed")
          .order("created_at", { ascending: false })
          .limit(50),
      ),
  });
  const merge = useAction(
    async () => {
      if (into === null) throw new Error("Choose the ticket that goes on.");
      return answer(backend().api.tickets.merge({ ticket_id: ticketId, into_ticket_id: into }));
    },
    {
      changes: [["thread"], ["sla"], ["tags"], ["desk"]],
      done: ({ id, ticket_number }) => {
        say(`It goes on in ${ticket_number}.`);
        onClose();
        void navigate({ to: "/desk/$id", params: { id } });
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog
      title="Merge into another ticket"
      label="Merge"
      save={merge}
      isDisabled={into === null}
      onClose={onClose}
    >
      <Text size="sm">
        Messages, notes and files go over, and this ticket is closed for good. The customer is told.
      </Text>
      <Select
        label="The ticket that goes on"
        placeholder={
          others.data?.length === 0 ? "No other is open" : "Another one of this customer"
        }
        searchable
        value={into}
        data={(others.data ?? []).map(({ id, ticket_number, subject }) => ({
          value: id,
          label: `${ticket_number}, ${subject}`,
        }))}
        onChange={setInto}
      />
    </FormDialog>
  );
}
