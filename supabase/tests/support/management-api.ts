import { createServer, type IncomingMessage } from "node:http";
import { z } from "zod";
import { listenOnLoopback } from "../../../tools/listen.ts";

const Metadata = z.object({
  name: z.string(),
  entrypoint_path: z.string(),
  import_map_path: z.string(),
  verify_jwt: z.boolean(),
});

/** One function as the CLI uploaded it. */
export interface UploadedFunction extends z.infer<typeof Metadata> {
  /** Contents by path relative to the project's root. */
  files: Map<string, Buffer>;
}

export interface ManagementApi {
  url: string;
  uploads: Map<string, UploadedFunction>;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readUpload(request: IncomingMessage): Promise<UploadedFunction> {
  const form = await new Response(new Uint8Array(await bodyOf(request)), {
    headers: { "content-type": request.headers["content-type"] ?? "" },
  }).formData();
  const metadata = Metadata.parse(JSON.parse(String(form.get("metadata"))));
  const files = new Map<string, Buffer>();
  for (const part of form.getAll("file")) {
    if (typeof part === "string") continue;
    files.set(part.name, Buffer.from(await part.arrayBuffer()));
  }
  return { ...metadata, files };
}

/** The part of the Management API that `supabase functions deploy --use-api` talks to; records what is uploaded. */
export async function startManagementApi(): Promise<ManagementApi> {
  const uploads = new Map<string, UploadedFunction>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://loopback").pathname;
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    const handle = async () => {
      if (request.method === "POST" && path.endsWith("/functions/deploy")) {
        const uploaded = await readUpload(request);
        uploads.set(uploaded.name, uploaded);
        return answer(201, {
          id: uploaded.name,
          slug: uploaded.name,
          name: uploaded.name,
          version: 1,
          status: "ACTIVE",
          created_at: 0,
          updated_at: 0,
          verify_jwt: uploaded.verify_jwt,
        });
      }
      const body = await bodyOf(request);
      if (request.method === "PUT" && path.endsWith("/functions")) {
        return answer(200, { functions: JSON.parse(body.toString()) });
      }
      if (request.method === "GET" && path.endsWith("/functions")) return answer(200, []);
      return answer(404, { message: `not stood in for: ${request.method} ${path}` });
    };
    handle().catch((error: unknown) => answer(500, { message: String(error) }));
  });
  const { url, stop } = await listenOnLoopback(server);
  return { url, uploads, close: stop };
}
