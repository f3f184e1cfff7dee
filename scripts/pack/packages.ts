import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { readWorkspaces } from "../verify/workspaces.ts"

/** Schema of a package.json of the checkout. An unknown key would be lost in the published one, so it is refused. */
const SourceManifest = z.strictObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().optional(),
  description: z.string(),
  license: z.string(),
  type: z.literal("module"),
  engines: z.strictObject({ node: z.string() }),
  exports: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).optional(),
})

export type SourceManifest = z.infer<typeof SourceManifest>

/** A workspace that is published. */
export interface PublicPackage {
  /** Path relative to the root, with `/`. */
  directory: string
  manifest: SourceManifest
}

/** Every workspace that is not private, sorted by directory. Throws with the file's name when a package.json is not as expected. */
export async function readPublicPackages(root: string): Promise<PublicPackage[]> {
  const workspaces = (await readWorkspaces(root)).filter(({ directory }) => directory !== "")
  const packages = await Promise.all(
    workspaces.map(async ({ directory }) => {
      const file = join(directory, "package.json")
      const found = SourceManifest.safeParse(JSON.parse(await readFile(join(root, file), "utf8")))
      if (!found.success) throw new Error(`${file} cannot be published: ${z.prettifyError(found.error)}`)
      return { directory, manifest: found.data }
    }),
  )
  return packages.filter(({ manifest }) => !manifest.private)
}
