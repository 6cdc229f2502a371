import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { answer, rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { say, useAction } from "../shared/actions.ts";
import { Select, TextInput } from "../shared/controls.ts";
import { Form } from "../shared/form.tsx";
import { dayOf } from "../shared/local-time.ts";
import { Loaded, Panel } from "../shared/page.tsx";
import { ZoneSelect } from "../shared/zone-select.tsx";

interface Opening {
  readonly weekday: number;
  readonly opens: string;
  readonly closes: string;
}

interface Holiday {
  readonly day: string;
  readonly name: string;
}

interface Hours {
  readonly time_zone: string;
  readonly weekly: readonly Opening[];
  readonly holidays: readonly Holiday[];
}

/** The days of the week in the visitor's words, by their numbers from Monday on. */
const weekdays = [1, 2, 3, 4, 5, 6, 7].map((number) => ({
  value: String(number),
  // The first of January 2024 was a Monday.
  label: new Date(2024, 0, number).toLocaleDateString("en", { weekday: "long" }),
}));

/** When the desk works, for the clocks of tickets. */
export function BusinessHours(): ReactNode {
  const hours = useQuery({
    queryKey: ["business-hours"],
    queryFn: async () =>
      (await rows(
        backend().supabase.from("business_hours").select("time_zone, weekly, holidays").single(),
      )) as unknown as Hours,
  });
  return (
    <Panel title="Hours of the desk">
      <Loaded query={hours}>
        {(found) => <HoursForm key={JSON.stringify(found)} hours={found} />}
      </Loaded>
    </Panel>
  );
}

const changed = <Row,>(list: readonly Row[], place: number, change: Partial<Row>): Row[] =>
  list.map((row, at) => (at === place ? { ...row, ...change } : row));
const without = <Row,>(list: readonly Row[], place: number): Row[] =>
  list.filter((_, at) => at !== place);

function HoursForm({ hours }: { hours: Hours }): ReactNode {
  const [timeZone, setTimeZone] = useState(hours.time_zone);
  const [weekly, setWeekly] = useState(hours.weekly);
  const [holidays, setHolidays] = useState(hours.holidays);
  const save = useAction(
    () =>
      answer(
        backend().api.admin.setBusinessHours({
          time_zone: timeZone,
          weekly: weekly.map((one) => ({ ...one })),
          holidays: holidays.map((one) => ({ ...one })),
        }),
      ),
    {
      changes: [["business-hours"], ["sla"], ["desk"]],
      done: () => say("The clocks of tickets run in these hours from now on."),
      isShownElsewhere: true,
    },
  );
  return (
    <Form action={save} onSubmit={() => save.mutate(undefined)} align="flex-start">
      <ZoneSelect first={[hours.time_zone, "UTC"]} value={timeZone} onChange={setTimeZone} />
      {weekly.length === 0 && <Text size="sm">Every day, all day.</Text>}
      {weekly.map(({ weekday, opens, closes }, place) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: hours have no name but their place
          key={place}
          label={`Remove hours ${place + 1}`}
          onRemove={() => setWeekly(without(weekly, place))}
        >
          <Select
            label="Day"
            w={150}
            allowDeselect={false}
            value={String(weekday)}
            data={weekdays}
            onChange={(value) => setWeekly(changed(weekly, place, { weekday: Number(value) }))}
          />
          <TextInput
            label="Opens"
            w={90}
            required
            value={opens}
            onChange={({ currentTarget: { value } }) =>
              setWeekly(changed(weekly, place, { opens: value }))
            }
          />
          <TextInput
            label="Closes"
            w={90}
            required
            value={closes}
            onChange={({ currentTarget: { value } }) =>
              setWeekly(changed(weekly, place, { closes: value }))
            }
          />
        </Row>
      ))}
      {holidays.map(({ day, name }, place) => (
        <Row
          // biome-ignore lint/suspicious/noArrayIndexKey: a holiday that is being written has no day yet
          key={place}
          label={`Remove holiday ${place + 1}`}
          onRemove={() => setHolidays(without(holidays, place))}
        >
          <TextInput
            type="date"
            label="Holiday"
            w={150}
            required
            value={day}
            onChange={({ currentTarget: { value } }) =>
              setHolidays(changed(holidays, place, { day: value }))
            }
          />
          <TextInput
            label="Name"
            required
            maxLength={100}
            value={name}
            onChange={({ currentTarget: { value } }) =>
              setHolidays(changed(holidays, place, { name: value }))
            }
          />
        </Row>
      ))}
      <Group>
        <Button variant="default" onClick={() => setWeekly([...weekly, nextOpening(weekly)])}>
          Add hours
        </Button>
        <Button
          variant="default"
          onClick={() => setHolidays([...holidays, { day: dayOf(new Date()), name: "" }])}
        >
          Add a holiday
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        Times such as 09:00; 24:00 is midnight. What the clocks counted before stays.
      </Text>
    </Form>
  );
}

/** The same hours on the day after the last. */
function nextOpening(weekly: readonly Opening[]): Opening {
  const last = weekly.at(-1);
  if (last === undefined) return { weekday: 1, opens: "09:00", closes: "17:00" };
  return { ...last, weekday: (last.weekday % 7) + 1 };
}

function Row({
  label,
  onRemove,
  children,
}: {
  label: string;
  onRemove: () => void;
  children: ReactNode;
}): ReactNode {
  return (
    <Group align="end" gap="xs">
      {children}
      <Button variant="default" aria-label={label} onClick={onRemove}>
        Remove
      </Button>
    </Group>
  );
}
