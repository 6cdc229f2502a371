import { type CryptoKey, jwtVerify } from "jose";
import type { World } from "./world.ts";

const refuse = (error: string) =>
  Response.json({ error, error_description: "Refused." }, { status: 400 });

/** The token endpoint: a signed assertion of the service account for an access token in somebody's name. */
export async function answerToken(
  world: World,
  request: Request,
  account: { email: string; key: CryptoKey; audience: string },
): Promise<{ subject: string; answer: Response }> {
  const form = new URLSearchParams(await request.text());
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    return { subject: "", answer: refuse("unsupported_grant_type") };
  }
  try {
    const { payload } = await jwtVerify(form.get("assertion") ?? "", account.key, {
      algorithms: ["RS256"],
      issuer: account.email,
      audience: account.audience,
      requiredClaims: ["iat", "exp", "scope", "sub"],
    });
    const subject = payload.sub ?? "";
    if ((payload.exp ?? 0) - (payload.iat ?? 0) > 3_600 || typeof payload.scope !== "string") {
      return { subject, answer: refuse("invalid_grant") };
    }
    const access_token = world.issueToken(subject, payload.scope.split(" "));
    return {
      subject,
      answer: Response.json({ access_token, expires_in: 3599, token_type: "Bearer" }),
    };
  } catch {
    return { subject: "", answer: refuse("invalid_grant") };
  }
}
