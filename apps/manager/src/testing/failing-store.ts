import { problem } from "@alienplatform/core"
import type { Store } from "@alienplatform/store"

/** What writes; reads go on when a disk is full. */
const WRITES = [
  ...["createRelease", "createDeployment", "change", "report", "requestRun", "claim", "finish", "renew"],
  ...["save", "saveEndpoints", "savePlan", "putArtifact", "putToken"],
] as const

/** Lets the writes of a store fail, as they do on a full disk, while `full` is set. */
export function fillable(store: Store): { full: boolean; refused: string[] } {
  const disk: { full: boolean; refused: string[] } = { full: false, refused: [] }
  const methods = store as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const name of WRITES) {
    const write = methods[name]
    methods[name] = async (...args) => {
      if (!disk.full) return write?.(...args)
      disk.refused.push(name)
      throw problem("store_unavailable", { message: "database or disk is full (SQLite 13)" })
    }
  }
  return disk
}
