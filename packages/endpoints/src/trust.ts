import { createSecureContext, getCACertificates, type SecureContext } from "node:tls"

const contexts = new Map<string, SecureContext>()
/** Parsing the system's roots takes milliseconds, so contexts are kept; few authorities are ever in use. */
const KEPT = 32

/** Trusts what Node trusts by default and, beside it, the given authority (PEM). */
export function trusting(certificateAuthority: string | undefined): SecureContext {
  const key = certificateAuthority ?? ""
  let context = contexts.get(key)
  if (!context) {
    const roots = getCACertificates("default")
    context = createSecureContext({ ca: certificateAuthority ? [...roots, certificateAuthority] : roots })
    if (contexts.size >= KEPT) contexts.clear()
    contexts.set(key, context)
  }
  return context
}
