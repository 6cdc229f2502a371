import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlOne } from "../../supabase/tests/support/database.ts";
import { launch, open, seriousFindings, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

test("a teacher says who a stranger was, and excuses a student", async () => {
  const { context, page, complaints } = await visit(browser, { as: "clara" });
  await open(page, "/classes/00000000-0000-4000-8000-000000000301", "Spanish A1, lesson 7");
  await page.getByRole("combobox", { name: "Who iPhone was" }).click();
  await page.getByRole("option", { name: "Petra Novak" }).click();
  await page.getByRole("img", { name: /^Petra Novak: \d/ }).waitFor();
  await page.getByText("is not on the roster").waitFor({ state: "detached" });

  const quinn = page.getByRole("row", { name: /^Quinn Murphy / });
  await quinn.getByRole("button", { name: "Mark Quinn Murphy" }).click();
  await page.getByRole("combobox", { name: "Attendance" }).click();
  await page.getByRole("option", { name: "Excused" }).click();
  await page.getByRole("textbox", { name: "Why" }).fill("At the dentist's.");
  await page.getByRole("button", { name: "Save" }).click();
  await quinn.getByText("marked by hand").waitFor();
  await quinn.getByText("Excused").waitFor();
  await quinn.getByRole("button", { name: "Mark Quinn Murphy" }).click();
  expect(await page.getByRole("textbox", { name: "Why" }).inputValue()).toBe("At the dentist's.");
  await page.getByRole("button", { name: "Take the mark away" }).click();
  await quinn.getByText("Absent").waitFor();
  expect(complaints).toEqual([]);
  await context.close();
});

test("a teacher plans a class, enrols students, changes it and cancels it", async () => {
  const { context, page, complaints } = await visit(browser, { as: "david" });
  const dialog = page.getByRole("dialog");
  await open(page, "/classes", "Classes");
  await page.getByRole("button", { name: "New class" }).click();
  await dialog.getByRole("textbox", { name: "Title" }).fill("French B1, extra hour");
  await dialog.getByLabel("Begins").fill("2031-05-04T09:30");
  await dialog.getByRole("textbox", { name: "Minutes" }).fill("4");
  await dialog.getByRole("textbox", { name: "Meeting" }).fill("abc-defg-hij");
  await dialog.getByRole("combobox", { name: "Where it meets" }).click();
  await page.getByRole("option", { name: "Google meet" }).click();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole("textbox", { name: "Minutes" }).fill("45");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "French B1, extra hour" }).waitFor();

  await page.getByRole("textbox", { name: "Join link" }).fill("https://meet.example.com/abc");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Join the class" }).waitFor();

  const { id: petra } = await sqlOne<{ id: string }>(
    "select id from public.profiles where full_name = 'Petra Novak'",
  );
  await page.getByRole("button", { name: "Roster" }).click();
  await dialog.getByRole("combobox", { name: "Students" }).fill("ines");
  await page.getByRole("option", { name: "Ines Duarte" }).click();
  await dialog.getByRole("combobox", { name: "Students" }).fill(petra);
  await page.getByRole("option", { name: petra }).click();
  // Closes the list and not the form.
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("row", { name: /^Petra Novak/ }).waitFor();
  await page.getByRole("row", { name: /^Ines Duarte/ }).waitFor();

  await page.getByRole("button", { name: "Change" }).click();
  await dialog.getByRole("textbox", { name: "Title" }).fill("French B1, extra two hours");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: "French B1, extra two hours" }).waitFor();
  page.once("dialog", (question) => question.accept());
  await page.getByRole("button", { name: "Cancel the class" }).click();
  await page.getByText("Cancelled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Put it back" }).click();
  await page.getByText("Scheduled", { exact: true }).waitFor();
  expect(
    await sqlOne(
      `select c.duration_minutes, to_char(c.scheduled_start at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') as begins,
         l.join_url, (select count(*)::integer from public.class_enrollments where live_class_id = c.id) as students
       from public.live_classes c join public.class_join_links l on l.live_class_id = c.id where c.title like 'French B1, extra%'`,
    ),
  ).toEqual({
    duration_minutes: 45,
    begins: "2031-05-04 09:30",
    join_url: "https://meet.example.com/abc",
    students: 2,
  });
  expect(complaints).toEqual([]);
  await context.close();
});
