import { open } from "node:fs/promises"

/** What a file or directory holds survives a power cut from here on. */
export async function synced(path: string): Promise<void> {
  const handle = await open(path, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
