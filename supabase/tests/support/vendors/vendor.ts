/** A loopback server that stands where a vendor's cloud would be and speaks its documented contract. */
export interface Vendor {
  name: string;
  /** Base URL; test files steer and inspect it below `<url>/__control/`. */
  url: string;
  /** Environment of the functions that makes them talk to it. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

export type StartVendor = () => Promise<Vendor>;
