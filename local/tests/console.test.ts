import { afterAll, beforeAll, expect, test } from "vitest";
import { ConsoleSite } from "../console/site.ts";
import { makeProject, type TemporaryProject } from "./project.ts";

const config = { url: "http://127.0.0.1:54321", publishable_key: "sb_publishable_x" };
const html = "text/html,application/xhtml+xml";

let project: TemporaryProject;
let site: ConsoleSite;
beforeAll(async () => {
  project = await makeProject({
    "index.html": "<!doctype html>",
    "assets/main-1.js": "export {};",
    "assets/main-1.js.map": "{}",
  });
  site = new ConsoleSite(project.root, config);
});
afterAll(() => project.remove());

test.each(["/", "/usage", "/tickets/4f7c"])("%s is the page, which finds its way", (path) => {
  const answer = site.answer("GET", path, html);
  expect(answer?.headers.get("content-type")).toContain("text/html");
  expect(answer?.headers.get("cache-control")).toBe("no-cache");
});

test("a script is sent as one, and kept for ever", () => {
  const answer = site.answer("GET", "/assets/main-1.js", "*/*");
  expect(answer?.headers.get("content-type")).toContain("text/javascript");
  expect(answer?.headers.get("cache-control")).toContain("immutable");
});

test("scripts come from files alone, and nothing frames the page", () => {
  const policy = site.answer("GET", "/", html)?.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'; script-src 'self';");
  expect(policy).toContain(`connect-src 'self' ${config.url} ws://127.0.0.1:54321 `);
  expect(policy).toContain("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
});

test("config.json names the project", async () => {
  expect(await site.answer("GET", "/config.json", "*/*")?.json()).toEqual(config);
});

test.each([
  ["GET", "/assets/main-0.js", "*/*"],
  ["GET", "/assets/main-0.js", html],
  ["GET", "/assets/main-1.js.map", "*/*"],
  ["GET", "/../package.json", html],
  ["GET", "/nothing", "application/json"],
  ["POST", "/", html],
])("%s %s for %s is none of the console's", (method, path, accept) => {
  expect(site.answer(method, path, accept)).toBeNull();
});
