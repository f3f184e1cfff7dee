import { cp, mkdir, readdir, symlink } from "node:fs/promises"
import { join } from "node:path"
import type { PublicPackage } from "./packages.ts"

/**
 * Makes the staging copy: sources and package.json of each package, linked to each other and to what the checkout has
 * installed.
 */
export async function copySources(root: string, copy: string, packages: readonly PublicPackage[]): Promise<void> {
  const modules = join(copy, "node_modules")
  await mkdir(join(modules, "@alienplatform"), { recursive: true })
  await cp(join(root, "tsconfig.json"), join(copy, "tsconfig.json"))
  for (const { directory, manifest } of packages) {
    for (const part of ["src", "package.json"])
      await cp(join(root, directory, part), join(copy, directory, part), { recursive: true })
    await symlink(join(copy, directory), join(modules, manifest.name))
    const nested = join(root, directory, "node_modules")
    if ((await readdir(nested).catch(() => [])).length > 0) await symlink(nested, join(copy, directory, "node_modules"))
  }
  for (const name of await readdir(join(root, "node_modules")))
    if (name !== "@alienplatform") await symlink(join(root, "node_modules", name), join(modules, name))
}
