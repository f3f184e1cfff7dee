import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type CompiledFile, compile } from "./compile.ts"
import { findProblems } from "./contents.ts"
import { copySources } from "./copy.ts"
import { type DataFile, dataFolders, dataOf } from "./data.ts"
import { type PublishedManifest, publishedManifest } from "./manifest.ts"
import type { PublicPackage } from "./packages.ts"
import { readmeOf } from "./readme.ts"

/** A folder that `npm pack` makes a tarball of. */
export interface StagedPackage {
  name: string
  folder: string
  /** Paths of the files that the tarball must contain, with `/`, sorted. */
  files: readonly string[]
}

/** The package whose command is the launcher of the checkout. */
const COMMAND = "@alienplatform/cli"

/**
 * Compiles a copy of the packages in `directory` and completes it to what is published; the checkout stays unchanged.
 * Throws with every reason why a package would not work.
 */
export async function stage(
  root: string,
  directory: string,
  packages: readonly PublicPackage[],
): Promise<StagedPackage[]> {
  const copy = join(directory, "copy")
  await copySources(root, copy, packages)
  const compiled = compile(copy, packages)
  const versions = new Map(packages.map(({ manifest }) => [manifest.name, manifest.version]))
  const staged = await Promise.all(
    packages.map(async (own) => {
      const files = compiled.get(own.directory) ?? []
      const data = (await dataOf(join(root, own.directory))).filter(
        ({ path }) => !files.some((file) => file.path === path),
      )
      const command = own.manifest.name === COMMAND
      const manifest = publishedManifest(own.manifest, {
        versions,
        folders: [...(command ? ["bin"] : []), ...dataFolders(data)],
        ...(command ? { bin: { alien: "bin/alien" } } : {}),
      })
      const folder = join(directory, "packages", own.manifest.name)
      const names = await complete({ root, folder, own, manifest, files, data })
      return {
        problems: findProblems(manifest, files, data),
        staged: { name: manifest.name, folder, files: names },
      }
    }),
  )
  const problems = staged.flatMap(({ problems }) => problems)
  if (problems.length > 0) throw new Error(problems.join("\n"))
  return staged.map(({ staged }) => staged)
}

interface Contents {
  root: string
  folder: string
  own: PublicPackage
  manifest: PublishedManifest
  files: readonly CompiledFile[]
  data: readonly DataFile[]
}

/** Writes all files of a package and returns their paths, sorted. */
async function complete({ root, folder, own, manifest, files, data }: Contents): Promise<string[]> {
  const source = join(root, own.directory)
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  for (const { from, path } of data) await cp(join(source, from), join(folder, path))
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`)
  const readme = await readFile(join(source, "README.md"), "utf8").catch(() => readmeOf(own.manifest))
  await writeFile(join(folder, "README.md"), readme)
  await cp(join(root, "LICENSE"), join(folder, "LICENSE"))
  if (manifest.bin) await cp(join(root, "bin"), join(folder, "bin"), { recursive: true })
  const bin = manifest.bin ? (await readdir(join(folder, "bin"))).map((name) => `bin/${name}`) : []
  const written = [...files, ...data].map(({ path }) => path)
  return ["package.json", "README.md", "LICENSE", ...bin, ...written].sort()
}
