import { expect, it } from "vitest";
import { isPublicAddress } from "./public-address.ts";

it.each([
  ["private", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12::1"],
  ["this machine", "127.0.0.1", "127.8.8.8", "0.0.0.0", "::1", "::"],
  ["link-local", "169.254.1.1", "fe80::1", "fec0::1"],
  ["metadata", "169.254.169.254", "168.63.129.16", "fd00:ec2::254", "100.100.100.200"],
  ["carrier's", "100.64.0.1", "100.127.255.255"],
  ["special", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"],
  ["multicast and reserved", "224.0.0.1", "240.0.0.1", "255.255.255.255", "ff02::1", "4000::1"],
  [
    "IPv4 within IPv6",
    "::ffff:8.8.8.8",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:a00:1::",
    "2001::1",
  ],
  ["unreadable", "", "localhost", "0x7f.1.1.1.1", "1.2.3.4.5", "fe80::1%eth0", "[::1]"],
])("%s addresses are not public", (_, ...addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});

it("addresses of the internet are", () => {
  const addresses = [
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00::1",
  ];
  expect(addresses.filter(isPublicAddress)).toEqual(addresses);
});
