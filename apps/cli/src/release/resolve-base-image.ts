import type { Context } from "../context.ts"
import { type RecordedBase, resolveBase } from "../image/base-image.ts"
import { openRegistries } from "../image/open-registries.ts"
import type { Progress } from "../output/progress.ts"

/** Asks the registry what the base image of a release is now, and shows it. */
export async function resolveBaseImage(
  reference: string,
  progress: Progress,
  context: Pick<Context, "env" | "home" | "interrupts">,
): Promise<RecordedBase> {
  await using registries = openRegistries(context)
  return await progress.step(`resolve the base image ${reference}`, async (report) => {
    const base = await resolveBase(reference, registries)
    report([`${base.reference}@${base.digest}`])
    return base
  })
}
