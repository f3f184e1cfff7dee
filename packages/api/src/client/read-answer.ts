import { AlienError, problem } from "@alienplatform/core/error"
import { errorOf, hasShape } from "./answer.ts"
import { outcomeOf } from "./outcome.ts"
import type { Request } from "./request.ts"

/** An answer as it came; of one in lines, the last line. */
export interface Received {
  status: number
  headers: Headers
  text: string
}

/** The value of an answer. Throws the manager's own error with its code, and `answer_invalid` for what is not a manager's. */
export function readAnswer<T>(base: string, request: Request<T>, { status, headers, text }: Received): T {
  const { method = "GET", path, answer, parse, onLine } = request
  const invalid = (why: string) => answerInvalid({ base, what: `${method} ${path}`, status, why })
  const succeeded = status >= 200 && status < 300
  const said = valueOrUndefined(() => (succeeded && parse ? parse(text, headers) : JSON.parse(text)))
  const { value, error } = succeeded && onLine ? outcomeOf(said) : { value: said }
  if (error) throw new AlienError(error.code, error)
  if (succeeded) {
    if (hasShape(value, answer)) return value
    throw invalid(`a JSON object with ${Object.keys(answer).join(", ")} was expected`)
  }
  if (status >= 300 && status < 400) throw invalid(redirectText(headers.get("location"), base))
  const refusal = errorOf(value)
  if (!refusal) throw invalid("no error body")
  throw new AlienError(refusal.code, refusal)
}

interface InvalidAnswer {
  base: string
  /** `GET /v1/whoami` */
  what: string
  status: number
  why: string
}

const answerInvalid = ({ base, what, status, why }: InvalidAnswer) =>
  problem("answer_invalid", {
    message: `${base} answered ${status} to ${what} with something that a manager does not say (${why}); check that the address is a manager's and the versions match`,
    retryable: status >= 502,
    context: { status },
  })

/** Where a redirect leads, without a path or anything else that may be secret. */
function redirectText(location: string | null, base: string): string {
  const origin = location === null ? undefined : URL.parse(location, base)?.origin
  return `a redirect${origin ? ` to ${origin}` : ""}, which is not followed with a token; name the manager's own address`
}

function valueOrUndefined(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}
