import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { MultiSelect } from "../shared/controls.ts";
import { FormDialog } from "../shared/form-dialog.tsx";
import { formatNumber } from "../shared/format.ts";
import { id as idOf } from "../shared/search.ts";

interface Student {
  readonly profile_id: string;
  readonly full_name: string | null;
}

/** People whom the caller may see, by a part of their name. */
function usePeople(sought: string) {
  const [name] = useDebouncedValue(sought.trim(), 250);
  return useQuery({
    queryKey: ["people", name],
    queryFn: () =>
      rows(
        backend()
          .supabase.from("profile_cards")
          .select("id, full_name")
          .ilike("full_name", `%${name.replaceAll(/[\\%_]/g, "\\$&")}%`)
          .order("full_name")
          .limit(20),
      ),
    placeholderData: keepPreviousData,
  });
}

/** Sets who is of a class. */
export function RosterForm({
  classId,
  students,
  onClose,
}: {
  classId: string;
  students: readonly Student[];
  onClose: () => void;
}): ReactNode {
  const [chosen, setChosen] = useState(() => students.map(({ profile_id }) => profile_id));
  const [sought, setSought] = useState("");
  const [names, setNames] = useState(
    () => new Map(students.map(({ profile_id, full_name }) => [profile_id, full_name])),
  );
  const { data: people = [] } = usePeople(sought);
  const account = idOf(sought.trim());
  const known = new Map([
    ...names,
    ...people.map(({ id, full_name }) => [id, full_name] as const),
    ...(account === undefined ? [] : [[account, `Account ${account}`] as const]),
  ]);
  const save = useAction(
    () => answer(backend().api.classes.setEnrollments({ class_id: classId, student_ids: chosen })),
    {
      changes: [["attendance", classId], ["sessions", classId], ["people"]],
      done: ({ enrolled, added, removed }) => {
        say(
          `${formatNumber(enrolled)} on the roster: ${formatNumber(added)} added, ${formatNumber(removed)} taken off.`,
        );
        onClose();
      },
      isShownElsewhere: true,
    },
  );
  return (
    <FormDialog title="Roster" save={save} onClose={onClose}>
      <MultiSelect
        label="Students"
        description="By name, if they are in a class of yours; anybody else by the id that their account page shows."
        placeholder="Name or id"
        searchable
        hidePickedOptions
        clearSearchOnChange
        nothingFoundMessage="Nobody of that name is in a class of yours."
        value={chosen}
        data={[...known].map(([value, name]) => ({ value, label: name ?? value }))}
        searchValue={sought}
        onSearchChange={setSought}
        onChange={(ids) => {
          // Their names have to stay known when somebody else is sought.
          setNames(known);
          setChosen(ids);
        }}
      />
      <Text size="sm">
        Whose name is taken off is no longer counted, and sees the class no more.
      </Text>
    </FormDialog>
  );
}
