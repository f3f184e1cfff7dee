import { problem } from "@alienplatform/core"

/** A release whose artifacts are gone. */
export const releaseRemoved = (id: string) =>
  problem("release_removed", {
    message: `release ${id} was removed, because newer ones of its stack took its place; release its commit again`,
    context: { releaseId: id },
  })
