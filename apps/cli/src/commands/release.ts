import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { connect } from "../manager/client.ts"
import { progressFor } from "../output/progress.ts"
import { makeRelease } from "../release/make-release.ts"
import { DEFAULT_PLATFORM, platformsNamed, refuseUnserved } from "../release/target.ts"

export interface ReleaseCommandOptions extends CommonOptions {
  stack?: string
  platform?: string
  target?: string
  baseImage?: string
}

/** `alien release`: builds, uploads and publishes; stdout is the release's id. `--json`: events, at last `{"result": {releaseId}}`. */
export const release: Action<ReleaseCommandOptions> = async (
  _,
  { stack, platform, target, baseImage, ...options },
  context,
) => {
  const platforms = platformsNamed(platform ?? DEFAULT_PLATFORM)
  const client = await connect(options, context)
  for (const one of platforms) await refuseUnserved(client, { name: "release", platform: one })
  const progress = progressFor(context, options.json)
  const wanted = { stack, target, baseImage, draft: false }
  const releaseId = await makeRelease(wanted, platforms, client, progress, context)
  context.stdout.write(options.json ? `${JSON.stringify({ result: { releaseId } })}\n` : `${releaseId}\n`)
  return EXIT.ok
}
