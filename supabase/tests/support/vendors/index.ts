import { startGoogle } from "./google.ts";
import { startResend } from "./resend.ts";
import { startVapi } from "./vapi.ts";
import type { StartVendor } from "./vendor.ts";
import { startZoom } from "./zoom.ts";

/** The vendors that the shared test stack starts, one line each. */
export const vendors: StartVendor[] = [startGoogle, startResend, startVapi, startZoom];
