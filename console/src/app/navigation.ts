import {
  ActivityLogIcon,
  BarChartIcon,
  BellIcon,
  ChatBubbleIcon,
  ClockIcon,
  DashboardIcon,
  EnvelopeClosedIcon,
  EnvelopeOpenIcon,
  GearIcon,
  ListBulletIcon,
  MobileIcon,
  PersonIcon,
  PieChartIcon,
  ReaderIcon,
  StackIcon,
  VideoIcon,
} from "@radix-ui/react-icons";
import type { LinkProps } from "@tanstack/react-router";
import type { ComponentType } from "react";
import type { Database } from "switchboard-client";

export type Role = Database["public"]["Enums"]["user_role"];

interface Entry {
  readonly to: NonNullable<LinkProps["to"]>;
  readonly label: string;
  readonly icon: ComponentType;
}

interface Group {
  readonly label: string;
  readonly roles: readonly Role[];
  readonly entries: readonly Entry[];
}

/** What the menu offers, by role. The server decides what a role may do; this only leaves out what would be refused. */
const groups: readonly Group[] = [
  {
    label: "Operation",
    roles: ["admin"],
    entries: [
      { to: "/admin", label: "Health", icon: ActivityLogIcon },
      { to: "/admin/tenants", label: "Tenants", icon: BarChartIcon },
      { to: "/admin/accounts", label: "Accounts", icon: PersonIcon },
      { to: "/admin/events", label: "Inbox", icon: EnvelopeClosedIcon },
      { to: "/admin/tasks", label: "Tasks", icon: ListBulletIcon },
      { to: "/admin/jobs", label: "Jobs", icon: ClockIcon },
      { to: "/admin/meetings", label: "Meetings", icon: VideoIcon },
      { to: "/admin/settings", label: "Settings", icon: GearIcon },
      { to: "/admin/audit-log", label: "Audit log", icon: ReaderIcon },
    ],
  },
  {
    label: "Support desk",
    roles: ["agent", "admin"],
    entries: [
      { to: "/desk", label: "Desk", icon: StackIcon },
      { to: "/mails", label: "Mails", icon: EnvelopeOpenIcon },
      { to: "/replies", label: "Saved replies", icon: ChatBubbleIcon },
      { to: "/statistics", label: "Statistics", icon: PieChartIcon },
    ],
  },
  {
    label: "Phone",
    roles: ["member"],
    entries: [
      { to: "/dashboard", label: "Dashboard", icon: DashboardIcon },
      { to: "/calls", label: "Calls", icon: ChatBubbleIcon },
      { to: "/assistants", label: "Assistants", icon: PersonIcon },
      { to: "/numbers", label: "Numbers", icon: MobileIcon },
      { to: "/usage", label: "Usage", icon: BarChartIcon },
    ],
  },
  {
    label: "School",
    roles: ["teacher", "member", "admin"],
    entries: [{ to: "/classes", label: "Classes", icon: VideoIcon }],
  },
  {
    label: "You",
    roles: ["member", "teacher", "agent", "admin"],
    entries: [
      { to: "/tickets", label: "Tickets", icon: EnvelopeClosedIcon },
      { to: "/notifications", label: "Notifications", icon: BellIcon },
      { to: "/account", label: "Account", icon: GearIcon },
    ],
  },
];

export const groupsFor = (role: Role): readonly Group[] =>
  groups.filter(({ roles }) => roles.includes(role));
