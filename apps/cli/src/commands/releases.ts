import type { Client } from "@alienplatform/api/client"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { allDeployments } from "../manager/find-deployment.ts"
import { parseCount } from "../numbers.ts"
import { ago } from "../output/ago.ts"
import { screenFor } from "../output/style.ts"
import { table } from "../output/table.ts"
import { stackIdOf } from "../release/stack-id.ts"

export interface ReleasesOptions extends CommonOptions {
  limit?: string
  drafts?: boolean
}

/** `alien releases`: one line each, newest first, and where they run. `--json`: `{releases: [...]}` as the API answers them. */
export const releases: Action<ReleasesOptions> = async (_, options, context) => {
  const limit = parseCount(options.limit, { flag: "--limit", fallback: 20, most: 100 })
  const client = await connect(options, context)
  const { items } = await client.releases({ limit, ...(options.drafts ? { drafts: "true" } : {}) })
  if (options.json) {
    context.stdout.write(`${JSON.stringify({ releases: items })}\n`)
    return EXIT.ok
  }
  if (items.length === 0) {
    context.stdout.write("No releases yet. Make one: alien release\n")
    return EXIT.ok
  }
  const installed = Map.groupBy(await allDeployments(client), ({ currentReleaseId }) => currentReleaseId)
  const { width, paint } = screenFor(context.stdout, context.env)
  const rows = items.map((release) => [
    release.id,
    stacksOf(release),
    ago(release.createdAt, context.now()),
    Object.keys(release.stack).join(", "),
    (installed.get(release.id) ?? []).map(({ name }) => name).join(", ") ||
      (release.draft ? paint("dim", "draft") : release.removedAt ? paint("dim", "removed") : "-"),
    baseOf(release),
    commitOf(release),
  ])
  const heading = ["RELEASE", "STACK", "CREATED", "PLATFORM", "RUNS IN", "BASE IMAGE", "COMMIT"]
  const narrow = { drop: ["PLATFORM"], cut: ["COMMIT", "BASE IMAGE", "RUNS IN", "STACK"] }
  context.stdout.write(`${table(heading, rows, { width, ...narrow })}\n`)
  return EXIT.ok
}

/** Ids of its stacks: one, unless its platforms have different ones. */
const stacksOf = ({ stack }: Awaited<ReturnType<Client["release"]>>): string =>
  [...new Set(Object.values(stack).flatMap((one) => stackIdOf(one) ?? []))].join(", ")

/** The reference that was given, and the beginning of the digest that it had then. */
const baseOf = ({ baseImage }: Awaited<ReturnType<Client["release"]>>): string =>
  baseImage ? `${baseImage.reference}@${baseImage.digest.replace(/^sha256:/, "").slice(0, 12)}` : ""

function commitOf({ gitMetadata }: Awaited<ReturnType<Client["release"]>>): string {
  if (!gitMetadata?.commitSha) return ""
  const [title = ""] = (gitMetadata.commitMessage ?? "").split("\n", 1)
  const branch = gitMetadata.commitRef ? ` (${gitMetadata.commitRef})` : ""
  return `${gitMetadata.commitSha.slice(0, 8)}${gitMetadata.dirty ? "-dirty" : ""}${branch} ${title}`.trim()
}
