import {
  demoAssistant,
  demoNumber,
  demoPassword,
  demoPeople,
  signInCommand,
} from "./demo-people.ts";

/** What of a stack the requests need. */
export interface PasteTarget {
  readonly url: string;
  readonly publishable_key: string;
  readonly secrets: { readonly zoom: string; readonly vapi: string };
}

/**
 * Requests that work when they are pasted into a shell with curl and openssl, for as long as the stack runs.
 * @param isSeeded whether the demo people are there
 */
export function pasteableRequests(stack: PasteTarget, isSeeded: boolean): string {
  const { url, publishable_key, secrets } = stack;
  const people = demoPeople.map(({ email, is }) => `    ${email.padEnd(19)}${is}`).join("\n");
  const demo = `Or sign in as one of the demo people, whose password is ${demoPassword}:

${people}

  ${signInCommand(url, publishable_key, "gus@example.com")}

`;
  return `Sign up, and keep the token:

  TOKEN=$(curl -s ${url}/auth/v1/signup -H 'apikey: ${publishable_key}' \\
    -H 'content-type: application/json' -d '{"email":"you@example.com","password":"a good one"}' \\
    | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')

${isSeeded ? demo : ""}Read your limits through the REST API:

  curl -s ${url}/rest/v1/user_limits -H 'apikey: ${publishable_key}' -H "authorization: Bearer $TOKEN"

Deliver a signed Zoom event, as Zoom would now:

  BODY='{"event":"meeting.started","event_ts":'$(date +%s)'000,"payload":{"account_id":"acc","object":{"id":"85746065432","uuid":"c2Vzc2lvbg==","topic":"Algebra","start_time":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'"}}}'; TS=$(date +%s)
  curl -s ${url}/functions/v1/zoom-webhook -H 'content-type: application/json' -H "x-zm-request-timestamp: $TS" \\
    -H "x-zm-signature: v0=$(printf 'v0:%s:%s' "$TS" "$BODY" | openssl dgst -sha256 -hmac '${secrets.zoom}' | sed 's/.*= *//')" -d "$BODY"

Ask as VAPI does whether a call may begin, and report its end a moment later:

  CALL='"timestamp":'$(date +%s)'000,"call":{"id":"pasted-'$(date +%s)'","assistantId":"${demoAssistant}","phoneNumberId":"${demoNumber}"}'
  curl -s ${url}/functions/v1/vapi-webhook -H 'content-type: application/json' -H 'authorization: Bearer ${secrets.vapi}' \\
    -d '{"message":{"type":"assistant-request",'"$CALL"'}}'
  curl -s ${url}/functions/v1/vapi-webhook -H 'content-type: application/json' -H 'authorization: Bearer ${secrets.vapi}' \\
    -d '{"message":{"type":"end-of-call-report","endedReason":"customer-ended-call","durationSeconds":42,'"$CALL"'}}'
`;
}
