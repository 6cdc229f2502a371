import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildConsole } from "../../local/console/build.ts";
import { consoleHeaders } from "../../local/console/policy.ts";
import type { ConsoleConfig } from "../../local/console/site.ts";
import { StackError } from "../../local/errors.ts";

const usage = `npm run console:build -- --url <address> --key <publishable key> [--out <folder>]

  --url <address>   of the Supabase project, such as https://<ref>.supabase.co
  --key <key>       its publishable key, which is no secret
  --out <folder>    where the files go; console/dist unless said otherwise`;

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    key: { type: "string", default: "" },
    out: { type: "string", default: "console/dist" },
    help: { type: "boolean", default: false },
  },
});

if (values.help || !URL.canParse(values.url) || values.key === "") {
  console.log(usage);
  process.exit(values.help ? 0 : 1);
}
const out = resolve(values.out);
try {
  await buildConsole(out);
} catch (error) {
  console.error(error instanceof StackError ? error.message : error);
  process.exit(1);
}
const config: ConsoleConfig = { url: values.url, publishable_key: values.key };
writeFileSync(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
const headers = Object.entries(consoleHeaders(values.url));
// Netlify and Cloudflare Pages read these two files; other hosts are told the same in their own words.
const lines = headers.map(([name, value]) => `  ${name}: ${value}`);
writeFileSync(join(out, "_headers"), `/*\n${lines.join("\n")}\n`);
writeFileSync(join(out, "_redirects"), "/* /index.html 200\n");
console.log(`The console is in ${out}. Serve every file with these headers, and index.html for every other path:

${headers.map(([name, value]) => `${name}: ${value}`).join("\n")}`);
