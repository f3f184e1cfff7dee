import { createHash } from "node:crypto"
import { readdir, readFile } from "node:fs/promises"
import { basename, join, resolve } from "node:path"
import { step } from "../../tests/harness/screen.ts"
import { tryDev } from "./dev.ts"
import { expectOnlyPacked } from "./installed.ts"
import { nextSteps } from "./next-steps.ts"
import type { Tarball } from "./tarballs.ts"
import type { Alien, User } from "./user.ts"

/** Packages that a project of `alien init` has in its vendor/. */
const VENDORED: readonly string[] = ["@alienplatform/core", "@alienplatform/sdk"]

interface Project {
  alien: Alien
  template: string
  name: string
}

/**
 * Runs `alien init NAME --yes`, then its own next steps word by word, then the compiler over the result, declarations
 * of the packages included. Returns the project's folder.
 */
export async function followInit(user: User, { alien, template, name }: Project): Promise<string> {
  const output = await step(
    `alien init ${name} --yes`,
    () => user.run(alien, ["init", name, "--yes", "--template", template]),
    () => `${alien} alien, template ${template}`,
  )
  let folder = user.folder
  for (const words of nextSteps(output)) {
    const [program = "", ...args] = words
    const title = `  ${words.join(" ")}`
    if (program === "cd") folder = resolve(folder, args.join(" "))
    else if (program === "npm") await step(title, () => user.npm(args, folder))
    else if (program === "alien") {
      const beside = (words: string[]) => user.run(alien, [...words, "--", "--fail", "--max-time", "15"], folder)
      await step(title, () => tryDev(user.start(alien, args, folder), beside), firstLine)
    } else throw new Error(`nobody follows the step ${title}`)
  }
  await step("  npx tsc --noEmit", () => user.npm(["exec", "--no", "--", "tsc", "--noEmit"], folder))
  await step("  and all declarations", () => user.npm(["run", "check", "--", "--skipLibCheck", "false"], folder))
  return folder
}

/** Throws unless a project has installed the packages of its own vendor/, and those hold what was packed. */
export async function expectOnlyVendored(folder: string, tarballs: readonly Tarball[]): Promise<void> {
  const vendored = tarballs
    .filter(({ name }) => VENDORED.includes(name))
    .map(async (tarball) => {
      const bytes = await readFile(join(folder, "vendor", basename(tarball.file)))
      return { ...tarball, integrity: `sha512-${sha512(bytes)}` }
    })
  await expectOnlyPacked(folder, await Promise.all(vendored))
}

/** Throws unless all of these projects have the same files in their vendor/, byte by byte. */
export async function expectSameVendored(folders: readonly string[]): Promise<void> {
  const all = await Promise.all(folders.map(hashesIn))
  const odd = folders.find((_, index) => all[index] !== all[0])
  if (odd !== undefined) throw new Error(`${odd}/vendor differs from ${folders[0]}/vendor`)
}

async function hashesIn(folder: string): Promise<string> {
  const vendor = join(folder, "vendor")
  const names = (await readdir(vendor)).sort()
  const lines = names.map(async (name) => `${name} ${sha512(await readFile(join(vendor, name)))}`)
  return (await Promise.all(lines)).join("\n")
}

const sha512 = (bytes: Uint8Array): string => createHash("sha512").update(bytes).digest("base64")
const firstLine = (text: string): string => text.split("\n")[0] ?? ""
