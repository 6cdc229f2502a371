import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { projectRoot } from "../../local/project.ts";
import { findRunningStack } from "../../local/running-stack.ts";
import type { Scene } from "./scene.ts";
import { type Address, createStage } from "./stage.ts";
import { sumUp } from "./sum-up.ts";

const usage = `npm run simulate -- [--data <folder>] [--stack <json>] [--scene <name>]

  --data <folder>   of the running stack; .data unless said otherwise
  --stack <json>    instead: the line that npm start -- --json prints
  --scene <name>    plays the scenes whose name contains this; all unless said otherwise`;

const { values } = parseArgs({
  options: {
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
  const stack = await findRunningStack(values.data);
  if (stack !== null) return { url: stack.url, ...stack.keys };
  fail(
    `No stack runs on ${values.data}: run npm start in another terminal first, or name the folder of the one that runs with --data <folder>.`,
  );
}

if (values.help) {
  console.log(usage);
  process.exit(0);
}
const target = await address();
const stage = createStage(target);
const folder = new URL("scenes/", import.meta.url);
const scenes = readdirSync(folder).filter((name) => name.includes(values.scene));
if (scenes.length === 0) {
  fail(`No scene is called ${values.scene}; there are ${readdirSync(folder).join(", ")}.`);
}
for (const name of scenes.sort()) {
  const module: { default: Scene } = await import(new URL(name, folder).href);
  stage.say(`\n${module.default.title}\n`);
  await module.default.play(stage);
}
sumUp(stage, scenes.length, target.publishable_key);
