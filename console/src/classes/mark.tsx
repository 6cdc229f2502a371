import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Schemas } from "switchboard-client";
import { rows, written } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Modal, TextInput } from "../shared/controls.ts";
import { valuesOf } from "../shared/enums.ts";
import { Form } from "../shared/form.tsx";
import { OneOf } from "../shared/one-of.tsx";
import { Loaded } from "../shared/page.tsx";

type Student = Schemas["AttendanceReport"]["students"][number];

const statuses = valuesOf<"attendance_status">()([
  "present",
  "late",
  "left_early",
  "partial",
  "absent",
  "excused",
]);

interface Mark {
  readonly status: (typeof statuses)[number];
  readonly note: string | null;
}

const marks = () => backend().supabase.from("attendance_marks");

/** Lets the host decide a student's attendance, over what was computed. */
export function MarkButton({ classId, student }: { classId: string; student: Student }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const name = student.full_name ?? "somebody";
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Mark ${name}`}
        onClick={() => setOpen(true)}
      >
        Mark
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={`Attendance of ${name}`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <CurrentMark classId={classId} student={student} onClose={() => setOpen(false)} />
      </Modal>
    </>
  );
}

/** Asks for the mark each time somebody opens the form. */
function CurrentMark({
  classId,
  student,
  onClose,
}: {
  classId: string;
  student: Student;
  onClose: () => void;
}): ReactNode {
  const of = { live_class_id: classId, profile_id: student.profile_id };
  const mark = useQuery({
    queryKey: ["mark", of],
    queryFn: async (): Promise<Mark | null> =>
      (await rows(marks().select("status, note").match(of)))[0] ?? null,
    gcTime: 0,
  });
  return (
    <Loaded query={mark}>
      {(found) => <MarkForm of={of} mark={found} computed={student.status} onClose={onClose} />}
    </Loaded>
  );
}

function MarkForm({
  of,
  mark,
  computed,
  onClose,
}: {
  of: { readonly live_class_id: string; readonly profile_id: string };
  mark: Mark | null;
  computed: Student["status"];
  onClose: () => void;
}): ReactNode {
  const [status, setStatus] = useState(mark?.status ?? computed ?? "present");
  const [note, setNote] = useState(mark?.note ?? "");
  const decide = useAction(
    (decided: Mark | null) => {
      if (decided === null) return written(marks().delete().match(of));
      return written(
        mark === null ? marks().insert({ ...of, ...decided }) : marks().update(decided).match(of),
      );
    },
    {
      changes: [["attendance", of.live_class_id]],
      done: (_, decided) => {
        say(decided === null ? "What was computed counts again." : "Your mark counts now.");
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <Form action={decide} onSubmit={() => decide.mutate({ status, note: note.trim() || null })}>
      <OneOf label="Attendance" values={statuses} value={status} onChange={setStatus} />
      <TextInput
        label="Why"
        description="The student reads it too."
        maxLength={500}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
      />
      <Group justify="space-between">
        {mark === null ? (
          <span />
        ) : (
          <Button variant="default" onClick={() => decide.mutate(null)}>
            Take the mark away
          </Button>
        )}
        <Button type="submit" loading={decide.isPending}>
          Save
        </Button>
      </Group>
    </Form>
  );
}
