export {
  AlienError,
  codeOf,
  ERRORS_PAGE,
  type ErrorJson,
  type ProblemDetails,
  problem,
  type Violation,
  violations,
} from "./error.ts"
export { canonicalJson, hashOf, hmacHex, type Json, sha256Hex } from "./json.ts"
export { base32, dnsLabel, fitName, type IdKind, newId, newResourcePrefix, type RandomBytes } from "./names.ts"
