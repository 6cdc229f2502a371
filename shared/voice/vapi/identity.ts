import type { z } from "zod";
import type { CallDirection, CallIdentity } from "../call-event.ts";
import { part, text, word } from "./fields.ts";

const NUMBER_LENGTH = 100;
const E164 = /^\+[1-9]\d{1,14}$/;

const Customer = part({ number: text(NUMBER_LENGTH), sipUri: text(NUMBER_LENGTH) });
const PhoneNumber = part({ id: word, number: text(NUMBER_LENGTH) });

/** The parts of a call, in a message or fetched, that say whose it is. */
export const CallParts = part({
  id: word,
  type: word,
  assistantId: word,
  phoneNumberId: word,
  customer: Customer,
  phoneNumber: PhoneNumber,
});

/** What may stand beside `call` in a message. */
export const BesideCall = {
  customer: Customer,
  phoneNumber: PhoneNumber,
  assistant: part({ id: word }),
};

const directions: ReadonlyMap<string, CallDirection> = new Map([
  ["inboundPhoneCall", "inbound"],
  ["outboundPhoneCall", "outbound"],
  ["webCall", "web"],
  ["vapi.websocketCall", "web"],
]);

type Beside = { readonly [Name in keyof typeof BesideCall]: z.output<(typeof BesideCall)[Name]> };

/**
 * Who is calling whom; null without an id. Identity is the one thing that `message.call` is right about,
 * everything else in it is a snapshot of the call's beginning. VAPI asks and reports about numbers, which
 * are called, so a call of no known type is inbound.
 */
export function callIdentity(
  call: z.output<typeof CallParts>,
  beside?: Beside,
): CallIdentity | null {
  if (call.id === null) return null;
  const number = call.phoneNumber.number ?? beside?.phoneNumber.number ?? null;
  return {
    vapi_call_id: call.id,
    vapi_assistant_id: call.assistantId ?? beside?.assistant.id ?? null,
    vapi_phone_number_id:
      call.phoneNumberId ?? call.phoneNumber.id ?? beside?.phoneNumber.id ?? null,
    called_number: number !== null && E164.test(number) ? number : null,
    customer_number:
      beside?.customer.number ??
      call.customer.number ??
      beside?.customer.sipUri ??
      call.customer.sipUri,
    direction: directions.get(call.type ?? "") ?? "inbound",
  };
}
