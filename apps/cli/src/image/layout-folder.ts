import { readdir } from "node:fs/promises"
import { problem } from "@alienplatform/core/error"

/**
 * Refuses a folder that holds something else than an image layout: its files would be between the image's.
 * @throws `usage_invalid`
 */
export async function checkLayoutFolder(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error): string[] => {
    if (error.code === "ENOENT") return []
    throw problem("usage_invalid", { message: `--output ${folder} cannot be used: ${error.code}`, cause: error })
  })
  if (found.length > 0 && !found.includes("oci-layout"))
    throw problem("usage_invalid", {
      message: `--output ${folder} holds other files than an image layout`,
      hint: "name a folder that is empty or does not exist",
    })
}
