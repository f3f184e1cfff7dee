/** A leaf and its private key. */
export interface IssuedCertificate {
  /** PEM: the leaf. The authority signs it directly, so there are no intermediates. */
  chain: string
  /** PEM, PKCS #8. */
  key: string
  /** ms since the epoch. */
  notAfter: number
}
