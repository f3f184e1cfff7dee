import { createSecureContext, getCACertificates, type SecureContext } from "node:tls"

const contexts = new Map<string, SecureContext>()
/** Parsing the system's roots takes milliseconds, so contexts are kept; few authorities are ever in use. */
const MAX_CONTEXTS = 32

/** A TLS context that trusts what Node trusts by default and, beside it, the given authority (PEM). */
export function secureContextFor(certificateAuthority: string | undefined): SecureContext {
  const key = certificateAuthority ?? ""
  let context = contexts.get(key)
  if (!context) {
    const roots = getCACertificates("default")
    context = createSecureContext({ ca: certificateAuthority ? [...roots, certificateAuthority] : roots })
    if (contexts.size >= MAX_CONTEXTS) contexts.clear()
    contexts.set(key, context)
  }
  return context
}
