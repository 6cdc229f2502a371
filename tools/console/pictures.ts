import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "../../console/tests/support/chromium.ts";
import { demoPassword } from "../../local/demo-people.ts";
import { projectRoot } from "../../local/project.ts";
import { startStack } from "../../local/stack.ts";
import voiceDay from "../simulate/scenes/010-voice-day.ts";
import zoomClass from "../simulate/scenes/030-zoom-class.ts";
import supportTicket from "../simulate/scenes/040-support-ticket.ts";
import { createStage } from "../simulate/stage.ts";

/** The pictures of the documents: whose page, in which colours, and the words that show that it is there. */
const pictures = [
  { name: "dashboard", who: "helga", path: "/dashboard", colors: "light", shows: "customer-busy" },
  { name: "calls", who: "gus", path: "/calls", colors: "dark", shows: "3 min 8 s" },
  {
    name: "attendance",
    who: "clara",
    path: "/classes/00000000-0000-4000-8000-000000000301",
    colors: "light",
    shows: "Keiko Mori",
  },
  { name: "desk", who: "ben", path: "/desk", colors: "dark", shows: "Cannot join today's lesson" },
  { name: "tenants", who: "alma", path: "/admin/tenants", colors: "light", shows: "Helga Clinic" },
] as const;

const data = await mkdtemp(join(tmpdir(), "switchboard-pictures-"));
const stack = await startStack({
  data,
  port: 0,
  scheduler: false,
  durable: false,
  console: true,
  log: console.log,
});
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
try {
  const stage = { ...createStage(stack), say: () => {} };
  for (const scene of [voiceDay, zoomClass, supportTicket]) await scene.play(stage);
  for (const { name, who, path, colors, shows } of pictures) {
    const page = await browser.newPage({
      baseURL: stack.url,
      colorScheme: colors,
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 800 },
    });
    await page.goto(path);
    await page.getByRole("textbox", { name: "Email" }).fill(`${who}@example.com`);
    await page.locator("input[type=password]").fill(demoPassword);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByText(shows).first().waitFor();
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    await page.waitForLoadState("networkidle");
    // Away from where it clicked, which would show a row as chosen.
    await page.mouse.move(0, 0);
    const file = join(projectRoot, "docs", "pictures", `${name}.png`);
    await page.screenshot({ path: file });
    console.log(file);
    await page.close();
  }
} finally {
  await browser.close();
  await stack.stop();
  await rm(data, { recursive: true, force: true });
}
process.exit(0);
