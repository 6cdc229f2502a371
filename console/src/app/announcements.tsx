import { useNotifications } from "@mantine/notifications";
import { lazy, type ReactNode, Suspense, useRef } from "react";

const Shown = lazy(() => import("./shown-announcements.tsx"));

/** What is briefly said to the visitor. Its component is loaded when there is something to say for the first time. */
export function Announcements(): ReactNode {
  const { notifications } = useNotifications();
  const hasSpoken = useRef(false);
  hasSpoken.current ||= notifications.length > 0;
  if (!hasSpoken.current) return null;
  return (
    <Suspense>
      <Shown />
    </Suspense>
  );
}
