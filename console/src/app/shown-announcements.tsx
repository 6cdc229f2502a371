import "@mantine/core/styles/Notification.css";
import "@mantine/notifications/styles.css";
import { Notifications } from "@mantine/notifications";
import type { ReactNode } from "react";

export default function ShownAnnouncements(): ReactNode {
  return <Notifications position="bottom-right" />;
}
