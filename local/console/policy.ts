/** Where VAPI keeps the recordings of calls, which a page plays. */
const recordings = "https://*.vapi.ai https://*.r2.cloudflarestorage.com";

/**
 * What the console may load and talk to: its own files and its project. Scripts come from files alone; the component
 * library writes styles into the page.
 * @param url the address of the project
 */
function contentSecurityPolicy(url: string): string {
  const { origin } = new URL(url);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src blob: https:",
    `connect-src 'self' ${origin} ${origin.replace(/^http/, "ws")} ${recordings}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The headers that every file of the console is sent with. */
export function consoleHeaders(url: string): Record<string, string> {
  return {
    "content-security-policy": contentSecurityPolicy(url),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}
