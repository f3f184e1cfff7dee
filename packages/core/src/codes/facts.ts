/**
 * Who has to act before something goes on. manager: this software, by itself; a fault of it is reported to its authors.
 * provider: the cloud. customer: whose environment it is. vendor: who declares, releases and deploys, and runs the manager.
 */
export const ACTORS = ["manager", "provider", "customer", "vendor"] as const
export type Actor = (typeof ACTORS)[number]

/** Status of an answer of the manager. 500 belongs to the codes that state none. */
export type HttpStatus = 400 | 401 | 403 | 404 | 408 | 409 | 413 | 415 | 422 | 500 | 503

/**
 * 1 failed, 2 the command line, the stack or the settings are wrong, 3 a person must act first, 4 not allowed or not
 * found, 5 no manager answers, 130 interrupted.
 */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 130

/** Everything that is the same wherever a code appears. What a place alone knows stands in its message. */
export interface CodeFacts {
  /** What has happened, in Markdown. */
  means: string
  /** What to do next, in Markdown. */
  fix: string
  /** Absent: whoever wrote, sent or ran what was refused, who is the one that reads it. */
  acts?: Actor
  /** The call may succeed later without anybody acting. Default false; `problem` can say otherwise for one place. */
  retryable?: boolean
  /** Default 500: no request is the cause of it. */
  http?: HttpStatus
  /** Statuses with which the local gateway, or the runtime of a Worker, answers in place of the vendor's code. */
  gateway?: readonly number[]
  /** Exit code of the command `alien`. Default: what follows from `http`, else 1. */
  exit?: ExitCode
}
