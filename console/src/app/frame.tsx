import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Image,
  Stack,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ExitIcon, MoonIcon, SunIcon } from "@radix-ui/react-icons";
import { Outlet } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { Failure } from "../shared/failure.tsx";
import { MenuLink } from "../shared/links.tsx";
import { Waiting } from "../shared/page.tsx";
import { groupsFor, type Role } from "./navigation.ts";
import { signOut, useProfile, useSessionState } from "./session.tsx";

const SignIn = lazy(() => import("./sign-in.tsx"));

/** The console: the sign-in page, or the menu and a page. */
export function Frame(): ReactNode {
  const { session } = useSessionState();
  if (session === undefined) return <Waiting />;
  if (session !== null) return <SignedIn />;
  return (
    <Suspense fallback={<Waiting />}>
      <SignIn />
    </Suspense>
  );
}

function SignedIn(): ReactNode {
  const [isOpen, { toggle, close }] = useDisclosure();
  const profile = useProfile();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? "Close the menu" : "Open the menu"}
            />
            <Image src={`${import.meta.env.BASE_URL}favicon.svg`} w={26} h={26} alt="" />
            <Text fw={700}>Switchboard</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed" visibleFrom="xs" truncate>
              {profile.data?.full_name ?? profile.data?.email}
            </Text>
            <SchemeToggle />
            <ActionIcon
              variant="default"
              size="lg"
              aria-label="Sign out"
              title="Sign out"
              onClick={signOut}
            >
              <ExitIcon />
            </ActionIcon>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <AppShell.Section grow style={{ overflowY: "auto" }}>
          {profile.data && <Menu role={profile.data.role} onChoose={close} />}
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main>
        {/* A page asks for what it shows while the profile, which only decides about the menu, is on its way. */}
        {profile.isError && profile.data === undefined ? (
          <Failure error={profile.error} onRetry={() => void profile.refetch()} />
        ) : (
          <Outlet />
        )}
      </AppShell.Main>
    </AppShell>
  );
}

function Menu({ role, onChoose }: { role: Role; onChoose: () => void }): ReactNode {
  return groupsFor(role).map(({ label, entries }) => (
    <Stack key={label} gap={2} mb="md">
      <Text size="xs" fw={700} c="dimmed" tt="uppercase" px="xs">
        {label}
      </Text>
      {entries.map(({ to, label: name, icon: Icon }) => (
        <MenuLink
          key={name}
          to={to}
          label={name}
          leftSection={<Icon />}
          onClick={onChoose}
          activeProps={{ active: true }}
          activeOptions={{ exact: to === "/admin" }}
        />
      ))}
    </Stack>
  ));
}

function SchemeToggle(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? "Show in light colours" : "Show in dark colours";
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <SunIcon /> : <MoonIcon />}
    </ActionIcon>
  );
}
