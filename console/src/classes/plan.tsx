import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { rows, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { ClassForm } from "./class-form.tsx";

const classes = () => backend().supabase.from("live_classes");

/** What the host of a class, or an admin, can do to its plan. */
export function PlanActions({ id }: { id: string }): ReactNode {
  const [isChanging, setChanging] = useState(false);
  const plan = useQuery({
    queryKey: ["plan", id],
    queryFn: () =>
      rows(
        classes()
          .select(
            "id, title, description, provider, meeting_id, scheduled_start, duration_minutes, status",
          )
          .eq("id", id)
          .single(),
      ),
  });
  const set = useAction(
    (status: "cancelled" | "scheduled") => written(classes().update({ status }).eq("id", id)),
    {
      changes: [["classes"], ["class", id], ["plan", id], ["join", id]],
      done: (_, status) =>
        say(status === "cancelled" ? "The class is cancelled." : "The class takes place again."),
    },
  );
  if (plan.data === undefined) return null;
  const { status } = plan.data;
  return (
    <Group gap="xs">
      {status === "scheduled" && (
        <Button
          color="red"
          variant="light"
          loading={set.isPending}
          onClick={() =>
            window.confirm("Cancel this class? Its students are told.") && set.mutate("cancelled")
          }
        >
          Cancel the class
        </Button>
      )}
      {status === "cancelled" && (
        <Button variant="default" loading={set.isPending} onClick={() => set.mutate("scheduled")}>
          Put it back
        </Button>
      )}
      <Button variant="default" onClick={() => setChanging(true)}>
        Change
      </Button>
      {isChanging && <ClassForm plan={plan.data} onClose={() => setChanging(false)} />}
    </Group>
  );
}
