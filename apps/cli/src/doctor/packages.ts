import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { parseJson } from "@alienplatform/core/error"
import { z } from "zod"
import { PROJECT_PACKAGES } from "../init/own-packages.ts"
import { type Finding, failFinding, okFinding, warnFinding } from "./finding.ts"

const Dependencies = z.record(z.string(), z.string()).optional()
const Manifest = z.object({ dependencies: Dependencies, devDependencies: Dependencies })

const CHECK = "packages"
const FIX = "alien init --packages writes those of this alien, and says how to install them"

/**
 * Checks where a folder's project gets alien's packages from; no findings where it names none.
 * @param version version of this command
 */
export async function projectPackages(directory: string, version: string): Promise<Finding[]> {
  const text = await readFile(join(directory, "package.json"), "utf8").catch(() => "")
  const { dependencies, devDependencies } = manifestOf(text)
  const wanted = { ...devDependencies, ...dependencies }
  const named = PROJECT_PACKAGES.flatMap((name) => {
    const specifier = wanted[name]
    return specifier === undefined ? [] : [{ name, specifier }]
  })
  const odd = named.flatMap(({ name, specifier }) => packageFindings(name, specifier, { directory, version }))
  if (named.length === 0 || odd.length > 0) return odd
  return [okFinding(CHECK, named.map(({ name, specifier }) => `${name} from ${specifier}`).join(", "))]
}

function manifestOf(text: string): z.infer<typeof Manifest> {
  return Manifest.safeParse(parseJson(text)).data ?? {}
}

function packageFindings(
  name: string,
  specifier: string,
  { directory, version }: { directory: string; version: string },
): Finding[] {
  if (!specifier.startsWith("file:"))
    return /[:/]/.test(specifier)
      ? []
      : [
          warnFinding(
            CHECK,
            `package.json has ${name} ${specifier} from the registry, where others own that name or nobody does`,
            FIX,
          ),
        ]
  const file = resolve(directory, specifier.slice("file:".length))
  if (!existsSync(file)) return [failFinding(CHECK, `package.json has ${name} from ${file}, which is not there`, FIX)]
  const [, came] = /-(\d+\.\d+\.\d+[^/\\]*)\.tgz$/.exec(file) ?? []
  return came === undefined || came === version
    ? []
    : [warnFinding(CHECK, `package.json has ${name} ${came}, and this is alien ${version}`, FIX)]
}
