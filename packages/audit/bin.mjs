#!/usr/bin/env node
// The sources are TypeScript, in this repository as in the published package: tsx runs them as they are.
import { register } from "tsx/esm/api";

register();
await import("./src/main.ts");
