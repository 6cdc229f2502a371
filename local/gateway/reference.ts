import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { json } from "./http.ts";

/** Where the viewer's own files are. */
const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const types: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Switchboard: API reference</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<main id="reference"></main>
<noscript>The reference needs JavaScript. The document behind it is <a href="/docs/openapi.json">openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const script = (publishableKey: string) => `
const ui = SwaggerUIBundle({
  url: "/docs/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null,
  onComplete: () => ui.preauthorizeApiKey("publishableKey", ${JSON.stringify(publishableKey)}),
});
`;

const headers = {
  "cache-control": "no-cache",
  // The viewer writes styles into its elements; scripts come from files alone.
  "content-security-policy":
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
};

const answer = (body: string | Uint8Array<ArrayBuffer>, type: string) =>
  new Response(body, { headers: { ...headers, "content-type": type } });

/** The contract of a project with this stack's address, as a viewer or a generator of clients wants it. */
async function contractAt(root: string, url: string): Promise<Response> {
  const document: object = JSON.parse(await readFile(join(root, "docs", "openapi.json"), "utf8"));
  return json(200, { ...document, servers: [{ url }] });
}

/** What is served below `/docs`: the contract, and a page to read and try it. */
export async function reference(
  path: string,
  { root, url, publishableKey }: { root: string; url: string; publishableKey: string },
): Promise<Response> {
  const name = path.replace(/^\/docs\/?/, "");
  if (name === "") return answer(page, "text/html; charset=utf-8");
  if (name === "start.js") return answer(script(publishableKey), "text/javascript; charset=utf-8");
  if (name === "openapi.json") return await contractAt(root, url);
  const type = Object.hasOwn(types, name) ? types[name] : undefined;
  if (type === undefined) return json(404, { message: "There is no such page." });
  return answer(new Uint8Array(await readFile(join(viewer, name))), type);
}
