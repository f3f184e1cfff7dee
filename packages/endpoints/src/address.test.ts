import { describe, expect, test } from "vitest"
import { isForbiddenAddress } from "./address.ts"

describe("isForbiddenAddress: it", () => {
  test.each([
    "169.254.169.254",
    "169.254.170.2",
    "168.63.129.16",
    "100.100.100.200",
    "0.0.0.0",
    "255.255.255.255",
    "::",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fd20:ce::254",
    "ff02::1",
    "not an address",
    "",
  ])("refuses %s", (address) => {
    expect(isForbiddenAddress(address)).toBe(true)
  })

  test.each(["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "203.0.113.9", "2001:db8::1", "fd12::1"])(
    "lets %s pass",
    (address) => {
      expect(isForbiddenAddress(address)).toBe(false)
    },
  )
})
