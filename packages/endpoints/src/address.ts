import { BlockList, isIP } from "node:net"

/**
 * Where a probe never goes, whoever reported the address: link-local (every cloud's metadata service lives there),
 * the metadata services outside of it, multicast and unspecified addresses. IPv4 is matched inside IPv6 too.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html (fd00:ec2::254)
 * @see https://cloud.google.com/compute/docs/metadata/querying-metadata (fd20:ce::254)
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const forbidden = new BlockList()
forbidden.addSubnet("0.0.0.0", 8, "ipv4")
forbidden.addSubnet("169.254.0.0", 16, "ipv4")
forbidden.addAddress("168.63.129.16", "ipv4")
forbidden.addAddress("100.100.100.200", "ipv4")
forbidden.addAddress("192.0.0.192", "ipv4")
forbidden.addSubnet("224.0.0.0", 3, "ipv4")
forbidden.addAddress("::", "ipv6")
forbidden.addSubnet("fe80::", 10, "ipv6")
forbidden.addSubnet("ff00::", 8, "ipv6")
forbidden.addAddress("fd00:ec2::254", "ipv6")
forbidden.addAddress("fd20:ce::254", "ipv6")
// RFC 6052: the well-known NAT64 prefix before 169.254.0.0/16.
forbidden.addSubnet("64:ff9b::a9fe:0", 112, "ipv6")

/** Is this IP address one that a probe must not connect to? Anything that is not an IP address is. */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/%.*$/, "")
  const family = isIP(bare)
  return family === 0 || forbidden.check(bare, family === 4 ? "ipv4" : "ipv6")
}
