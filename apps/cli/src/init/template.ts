import { readdir, readFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { problem } from "@alienplatform/core/error"
import { type OwnPackage, specifierOf } from "./own-packages.ts"
import type { ProjectFile } from "./write-project.ts"

export const TEMPLATES = ["worker", "container"] as const
export type TemplateName = (typeof TEMPLATES)[number]

/** Folder of the templates, relative to this module, so that it is found in an installed package too. */
const FOLDER = fileURLToPath(new URL("./templates", import.meta.url))
/** Matches the placeholder for the project's name in templates. */
const PLACEHOLDER = /\bmy-app\b/g
/** Names that files get in the project: npm leaves these names out of a package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" }

/** Checks the name of a template. Throws `template_unknown`. */
export function templateNamed(name: string): TemplateName {
  const found = TEMPLATES.find((template) => template === name)
  if (found) return found
  throw problem("template_unknown", {
    message: `there is no template ${JSON.stringify(name)}`,
    hint: `there are: ${TEMPLATES.join(", ")}`,
  })
}

/** Files of a new project, by path with `/`. The stack comes last: where it exists, all others do. */
export async function projectFiles(
  template: TemplateName,
  { name, packages }: { name: string; packages: readonly OwnPackage[] },
): Promise<Map<string, ProjectFile>> {
  const files = new Map<string, ProjectFile>([["package.json", packageJson(name, packages)]])
  for (const folder of ["common", template])
    for (const [path, text] of await textsIn(join(FOLDER, folder)))
      files.set(RENAMED[path] ?? path, text.replace(PLACEHOLDER, name))
  for (const { path, tarball } of packages) files.set(path, tarball)
  return new Map([...files].sort(([left], [right]) => Number(left === "alien.ts") - Number(right === "alien.ts")))
}

async function textsIn(folder: string): Promise<[path: string, text: string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(
    paths
      .sort()
      .map(
        async (path): Promise<[string, string]> => [
          relative(folder, path).split(sep).join("/"),
          await readFile(path, "utf8"),
        ],
      ),
  )
}

const packageJson = (name: string, packages: readonly OwnPackage[]): string =>
  `${JSON.stringify(
    {
      name,
      version: "0.0.0",
      private: true,
      type: "module",
      scripts: { dev: "alien dev", release: "alien release", check: "tsc" },
      dependencies: Object.fromEntries(packages.map((one) => [one.name, specifierOf(one)])),
      devDependencies: { "@types/node": "^24.0.0", typescript: "^5.9.0" },
    },
    null,
    2,
  )}\n`
