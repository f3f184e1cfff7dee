export const NAME_CONSTRAINTS_OID = "2.5.29.30"

/**
 * DER of the extension value NameConstraints: one DNS name is permitted, with every name below it, and no IP
 * address is. A form of name that no subtree mentions would be unconstrained, hence the excluded addresses.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export function onlyDnsSubtree(name: string): Uint8Array<ArrayBuffer> {
  const permitted = element(0xa0, generalSubtree(DNS_NAME, new TextEncoder().encode(name)))
  // An address and a mask of zeros: every address, IPv4 and IPv6.
  const excluded = element(0xa1, [
    ...generalSubtree(IP_ADDRESS, new Uint8Array(8)),
    ...generalSubtree(IP_ADDRESS, new Uint8Array(32)),
  ])
  return element(SEQUENCE, [...permitted, ...excluded])
}

const SEQUENCE = 0x30
/** Context tags of GeneralName. */
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

const generalSubtree = (tag: number, base: Uint8Array) => element(SEQUENCE, element(tag, base))

function element(tag: number, content: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  if (content.length > 127) throw new RangeError(`a DER element of ${content.length} bytes needs the long length form`)
  return new Uint8Array([tag, content.length, ...Array.from(content)])
}
