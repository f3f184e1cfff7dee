import { copyImage, parsePlatform, parseReference, referenceText } from "@alienplatform/oci"
import type { Action, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { openRegistries } from "../image/open-registries.ts"
import { progressFor } from "../output/progress.ts"

export interface ImageCopyOptions extends CommonOptions {
  platform?: string
}

/** `alien image copy`: stdout is the copy's reference with its digest. `--json`: at last `{"result": {reference, digest, blobs}}`. */
export const imageCopy: Action<ImageCopyOptions> = async ([from = "", to = ""], { platform, json }, context) => {
  const order = {
    from: parseReference(from),
    to: parseReference(to),
    ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
  }
  await using registries = openRegistries(context)
  const { digest, blobs } = await progressFor(context, json).step(`copy ${referenceText(order.from)}`, (report) =>
    copyImage({
      ...order,
      registries,
      onProgress: ({ digest, arrival }) => report([`${digest.slice(7, 19)} ${arrival}`]),
    }),
  )
  const reference = referenceText({ ...order.to, digest })
  context.stdout.write(json ? `${JSON.stringify({ result: { reference, digest, blobs } })}\n` : `${reference}\n`)
  return EXIT.ok
}
