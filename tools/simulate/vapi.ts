import { createHmac, randomUUID } from "node:crypto";

/** A message as VAPI sends it. */
export interface VapiBody {
  message: { type: string; timestamp: number } & Record<string, unknown>;
}

/** The headers of VAPI's HMAC credential, now or at another time. @see https://docs.vapi.ai/server-url/server-authentication */
export function signVapi(body: string | Uint8Array, secret: string, at = new Date()) {
  const timestamp = String(at.getTime());
  const hmac = createHmac("sha256", secret).update(`${timestamp}.`).update(body);
  return {
    "content-type": "application/json",
    "x-timestamp": timestamp,
    "x-signature": hmac.digest("hex"),
  };
}

export interface VapiCallOptions {
  readonly assistantId?: string | null;
  readonly phoneNumberId?: string | null;
  readonly calledNumber?: string;
  readonly customerNumber?: string;
  readonly startedAt: Date;
}

export interface VapiReportOptions {
  /** When the report is sent; 5 s after the end unless told. */
  readonly at?: Date;
  readonly seconds: number;
  readonly endedReason?: string;
  readonly cost?: number;
  readonly more?: Record<string, unknown>;
}

/** Makes the messages of one inbound call at VAPI. */
export class VapiCall {
  readonly id: string = randomUUID();
  readonly options: VapiCallOptions;

  constructor(options: VapiCallOptions) {
    this.options = options;
  }

  private message(type: string, at: Date, more: Record<string, unknown>): VapiBody {
    const { assistantId, phoneNumberId, calledNumber, customerNumber, startedAt } = this.options;
    const customer = { number: customerNumber ?? "+14155550123" };
    return {
      message: {
        timestamp: at.getTime(),
        type,
        ...more,
        // A snapshot of the call's beginning, as VAPI sends it: nothing but the identity is to be taken from it.
        call: {
          id: this.id,
          orgId: "0d5b6f3e-1111-4c4e-9b53-2f1c0e6a7d10",
          type: "inboundPhoneCall",
          status: "queued",
          createdAt: startedAt.toISOString(),
          updatedAt: startedAt.toISOString(),
          ...(assistantId ? { assistantId } : {}),
          ...(phoneNumberId ? { phoneNumberId } : {}),
          customer,
        },
        customer,
        ...(calledNumber ? { phoneNumber: { id: phoneNumberId, number: calledNumber } } : {}),
      },
    };
  }

  private after = (seconds: number) =>
    new Date(this.options.startedAt.getTime() + Math.round(seconds * 1000));

  request = (): VapiBody => this.message("assistant-request", this.after(-2), {});

  status = (status: string, seconds: number, more: Record<string, unknown> = {}): VapiBody =>
    this.message("status-update", this.after(seconds), { status, ...more });

  report({ at, seconds, endedReason, cost, more }: VapiReportOptions): VapiBody {
    const presigned = `https://storage.example/recordings/${this.id}.wav?signature=${randomUUID()}`;
    return this.message("end-of-call-report", at ?? this.after(seconds + 5), {
      startedAt: this.options.startedAt.toISOString(),
      endedAt: this.after(seconds).toISOString(),
      endedReason: endedReason ?? "customer-ended-call",
      cost: cost ?? Math.round(seconds * 1250) / 1_000_000,
      costBreakdown: { stt: 0.001, llm: 0.002, tts: 0.003, vapi: 0.004, total: cost ?? 0.01 },
      durationMs: Math.round(seconds * 1000),
      durationSeconds: seconds,
      analysis: {
        summary: "The caller asked for an appointment.",
        structuredData: { question_1: "Friday" },
        successEvaluation: "true",
      },
      artifact: {
        transcript: "AI: Hello, how can I help?\nUser: An appointment on Friday, please.\n",
        recordingUrl: `https://storage.example/recordings/${this.id}.wav`,
        presignedMonoUrl: presigned,
        presignedStereoUrl: presigned,
      },
      ...more,
    });
  }
}
