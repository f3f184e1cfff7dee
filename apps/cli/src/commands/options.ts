import type { Option } from "../command.ts"

/** Argument of commands that need the name of a deployment. */
export const requiredName = ["<name>", "name of the deployment", "deployment"] as const
export const optionalName = [
  "[name]",
  "the deployment; may be left out where there is only one, or with `alien dev`",
  "deployment",
] as const

export const stack: Option = ["--stack <file>", "the stack (default: alien.ts)"]
export const target: Option = [
  "--target <name>",
  "machines that compiled packages are for, for example linux-arm64, linux-x64-musl (default: this one)",
]
export const release: Option = ["--release <id>", "a release that exists already; nothing is built"]
export const settings: Option = ["--settings <file>", "the customer's stack settings, JSON"]
export const platform: Option = ["--platform <name>", "where a new deployment goes: local (default)"]
export const adopt: Option = [
  "--adopt <id>",
  "take back a deployment that `alien destroy --forget` left, with its id and objects",
]
export const replaceStack: Option = [
  "--replace-stack",
  "install another stack than the one that is there, which deletes everything of that",
]
export const yes: Option = ["-y, --yes", "do not ask"]
export const wait: Option = ["--wait", "wait until the deployment is ready with it"]
export const noWait: Option = ["--no-wait", "return at once; it goes on in the manager"]
export const timeout = (fallback: string): Option => [
  "--timeout <duration>",
  `stop waiting after this long, for example 90s, 10m (default: ${fallback})`,
]
