import "./app/styles.ts";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Announcements } from "./app/announcements.tsx";
import { connect } from "./app/backend.ts";
import { readConfig } from "./app/config.ts";
import { queries } from "./app/queries.ts";
import { createAppRouter } from "./app/router.tsx";
import { SessionProvider } from "./app/session.tsx";
import { theme, variables } from "./app/theme.ts";
import { Failure } from "./shared/failure.tsx";

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no element called root.");
const root = createRoot(place);

const show = (content: React.ReactNode) =>
  root.render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        {content}
      </MantineProvider>
    </StrictMode>,
  );

try {
  const router = createAppRouter();
  // The code of the page comes while the configuration does.
  void router.load();
  connect(await readConfig());
  show(
    <QueryClientProvider client={queries}>
      <Announcements />
      <SessionProvider>
        <RouterProvider router={router} />
      </SessionProvider>
    </QueryClientProvider>,
  );
} catch (error) {
  show(<Failure error={error} onRetry={() => window.location.reload()} />);
}
