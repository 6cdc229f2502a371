import { serveRequests } from "./loopback.ts";
import { setPlatformEnvironment } from "./platform-environment.ts";

/** Replaces the platform's API: it answers every call in the same way and keeps the requests; with status 0 it never answers. */
export async function recordingApi(status: number, answer: unknown) {
  const calls: { path: string | undefined; args: Record<string, unknown> }[] = [];
  const url = await serveRequests((request, response) => {
    let text = "";
    request.on("data", (data) => {
      text += data;
    });
    request.on("end", () => {
      calls.push({ path: request.url, args: JSON.parse(text) });
      if (status === 0) return;
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    });
  });
  setPlatformEnvironment(url);
  return calls;
}
