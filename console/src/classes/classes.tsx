import { Badge, Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { rows } from "../app/answers.ts";
import { backend } from "../app/backend.ts";
import { useProfile } from "../app/session.tsx";
import { SegmentedControl } from "../shared/controls.ts";
import { DataTable } from "../shared/data-table.tsx";
import { formatCode, formatNumber, formatTime } from "../shared/format.ts";
import { TextLink } from "../shared/links.tsx";
import { More, pagesOf } from "../shared/more.tsx";
import { Empty, Loaded, Page } from "../shared/page.tsx";
import { CalendarLink } from "./calendar-link.tsx";
import { ClassForm } from "./class-form.tsx";

export const classColors = {
  scheduled: "indigo",
  ongoing: "teal",
  completed: "gray",
  cancelled: "red",
} as const;

const route = getRouteApi("/classes");
const pageSize = 30;

/** The classes that the caller hosts or is enrolled in. */
export default function Classes(): ReactNode {
  const { when } = route.useSearch();
  const navigate = route.useNavigate();
  const isPast = when === "past";
  const { data: profile } = useProfile();
  const [isPlanning, setPlanning] = useState(false);
  const classes = useInfiniteQuery({
    queryKey: ["classes", when],
    queryFn: ({ pageParam }) => {
      const asked = backend()
        .supabase.from("class_cards")
        .select("id, title, scheduled_start, scheduled_end, duration_minutes, provider, status")
        .order("scheduled_start", { ascending: !isPast })
        .order("id")
        .range(pageParam, pageParam + pageSize - 1);
      const now = new Date().toISOString();
      return rows(isPast ? asked.lt("scheduled_end", now) : asked.gte("scheduled_end", now));
    },
    initialPageParam: 0,
    getNextPageParam: (page, pages) => (page.length < pageSize ? null : pages.length * pageSize),
    refetchInterval: 60_000,
  });
  return (
    <Page
      title="Classes"
      actions={
        profile?.role === "teacher" && <Button onClick={() => setPlanning(true)}>New class</Button>
      }
    >
      {isPlanning && (
        <ClassForm
          plan={null}
          onClose={() => setPlanning(false)}
          onSaved={(id) => navigate({ to: "/classes/$id", params: { id } })}
        />
      )}
      <SegmentedControl
        aria-label="When"
        w="fit-content"
        value={when ?? "next"}
        data={[
          { value: "next", label: "Now and next" },
          { value: "past", label: "Past" },
        ]}
        onChange={(value) => navigate({ search: { when: value === "past" ? "past" : undefined } })}
      />
      <Loaded query={pagesOf(classes)}>
        {(pages) =>
          pages.flat().length === 0 ? (
            <Empty title="No classes">
              {isPast ? "None took place yet." : "None is to come. Past ones are beside."}
            </Empty>
          ) : (
            <DataTable
              minWidth={560}
              rows={pages.flat()}
              rowKey={(one) => one.id}
              columns={[
                {
                  label: "Class",
                  cell: (one) => (
                    <TextLink to="/classes/$id" params={{ id: one.id }} size="sm">
                      {one.title}
                    </TextLink>
                  ),
                },
                { label: "Begins", cell: (one) => formatTime(one.scheduled_start) },
                {
                  label: "Minutes",
                  isNumber: true,
                  cell: (one) => formatNumber(one.duration_minutes),
                },
                {
                  label: "Over",
                  cell: (one) => (one.provider === "zoom" ? "Zoom" : "Google Meet"),
                },
                {
                  label: "Status",
                  cell: (one) => (
                    <Badge variant="light" color={classColors[one.status]}>
                      {formatCode(one.status)}
                    </Badge>
                  ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <More query={classes} />
      <CalendarLink />
    </Page>
  );
}
