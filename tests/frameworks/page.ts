import type { Case } from "./cases.ts"
import type { Outcome } from "./run-case.ts"

const HEAD = `# What runs

<!-- Written by \`npm run frameworks\`, which deploys each project of tests/frameworks/cases on one machine and calls it. -->

Each of these projects was installed, built and deployed on \`local\` with \`alien deploy\`, and called over HTTPS with the
certificate verified. The projects are in [tests/frameworks/cases](../tests/frameworks/cases); nothing in them is made for
this platform but \`alien.ts\`. The size is that of the packed artifact.

| | deployed as | with | artifact | called | answered |
| --- | --- | --- | --- | --- | --- |
`

/** docs/what-runs.md for the cases that were run. */
export const page = (runs: readonly { tried: Case; outcome: Outcome }[]): string =>
  `${HEAD}${runs.map(({ tried, outcome }) => `${row(tried, outcome)}\n`).join("")}`

function row({ name, title, how }: Case, { versions, artifact, answers }: Outcome): string {
  const cells = [
    `[${title}](../tests/frameworks/cases/${name})`,
    how,
    versions.join(", "),
    `${size(artifact.bytes)}, ${artifact.files} ${artifact.files === 1 ? "file" : "files"}`,
    answers.map(({ path }) => `\`${path}\``).join("<br>"),
    answers.map(({ status }) => status).join("<br>"),
  ]
  return `| ${cells.join(" | ")} |`
}

const size = (bytes: number): string =>
  bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
