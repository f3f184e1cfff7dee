import { type Code, codes, exitCodeOf, factsOf } from "@alienplatform/core/codes"

const HEAD = `# Errors

<!-- Written by \`npm run docs:errors\` from the table in packages/core/src/codes. -->

Every error, violation and condition carries a \`code\` that does not change between releases. \`alien explain CODE\` prints what
stands here.

| who acts | |
| --- | --- |
| manager | this software, by itself; nobody has to do anything, unless it is a fault of it, which is to be reported |
| provider | the cloud |
| customer | whose environment it is |
| vendor | who declares, releases and deploys, and runs the manager and the machine of the local platform |
| you | whoever wrote, sent or ran what was refused |

*Retryable*: the same may succeed later without anybody acting. *HTTP* is the status of the manager's answer, *gateway* of an
answer that the local gateway gives in place of an app. *Exit* is the exit code of a command that fails with it.
`

/** docs/errors.md as the table of codes makes it. */
export const errorPage = (): string => `${HEAD}${codes().map(sectionOf).join("")}`

function sectionOf(code: Code): string {
  const { means, fix, acts, retryable, http, gateway } = factsOf(code)
  const facts = [
    `acts: **${acts ?? "you"}**`,
    ...(retryable ? ["retryable"] : []),
    ...(http === undefined ? [] : [`HTTP ${http}`]),
    ...(gateway === undefined ? [] : [`gateway ${gateway.join(" or ")}`]),
    `exit ${exitCodeOf(code)}`,
  ]
  return `\n## ${code}\n\n${facts.join(" · ")}\n\n${means}\n\n${fix}\n`
}
