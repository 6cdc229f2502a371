import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { findKeys } from "../../local/keys.ts";
import { projectRoot } from "../../local/project.ts";
import type { Scene } from "./scene.ts";
import { type Address, createStage } from "./stage.ts";

const usage = `npm run simulate -- [--url <address>] [--data <folder>] [--stack <json>] [--scene <name>]

  --url <address>   of a running stack; http://127.0.0.1:54321 unless said otherwise
  --data <folder>   where that stack keeps its keys; .data unless said otherwise
  --stack <json>    instead of both: the line that npm start -- --json prints
  --scene <name>    plays the scenes whose name contains this; all unless said otherwise`;

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:54321" },
    data: { type: "string", default: join(projectRoot, ".data") },
    stack: { type: "string" },
    scene: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});

const Stack = z.object({
  url: z.url(),
  publishable_key: z.string(),
  secret_key: z.string(),
  secrets: z.object({ zoom: z.string(), vapi: z.string() }),
});

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

async function address(): Promise<Address> {
  if (values.stack !== undefined) return Stack.parse(JSON.parse(values.stack));
  const keys = findKeys(join(values.data, "keys.json"));
  if (keys === null) fail(`No stack has run on ${values.data} yet: run npm start first.`);
  const isUp = await fetch(values.url).then(
    () => true,
    () => false,
  );
  if (!isUp) fail(`Nothing answers at ${values.url}: run npm start in another terminal first.`);
  return { url: values.url, ...keys };
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const stage = createStage(await address());
const folder = new URL("scenes/", import.meta.url);
for (const name of readdirSync(folder).sort()) {
  if (!name.includes(values.scene)) continue;
  const module: { default: Scene } = await import(new URL(name, folder).href);
  stage.say(`\n${module.default.title}\n`);
  await module.default.play(stage);
}
