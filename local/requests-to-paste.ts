import type { Stack } from "./stack.ts";

/** Requests that work when they are pasted into a shell with curl and openssl, for as long as the stack runs. */
export function pasteableRequests(stack: Stack): string {
  const { url, publishable_key, secrets } = stack;
  return `Sign up, and keep the token:

  TOKEN=$(curl -s ${url}/auth/v1/signup -H 'apikey: ${publishable_key}' \\
    -H 'content-type: application/json' -d '{"email":"you@example.com","password":"a good one"}' \\
    | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')

Read your limits through the REST API:

  curl -s ${url}/rest/v1/user_limits -H 'apikey: ${publishable_key}' -H "authorization: Bearer $TOKEN"

Deliver a signed Zoom event, as Zoom would now:

  BODY='{"event":"meeting.started","event_ts":'$(date +%s)'000,"payload":{"account_id":"acc","object":{"id":"85746065432","uuid":"c2Vzc2lvbg==","topic":"Algebra","start_time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}}}'; TS=$(date +%s)
  curl -s ${url}/functions/v1/zoom-webhook -H 'content-type: application/json' -H "x-zm-request-timestamp: $TS" \\
    -H "x-zm-signature: v0=$(printf 'v0:%s:%s' "$TS" "$BODY" | openssl dgst -sha256 -hmac '${secrets.zoom}' | sed 's/.*= *//')" -d "$BODY"
`;
}
