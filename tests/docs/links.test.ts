import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { expect, test } from "vitest"
import { fencesOf } from "../../scripts/transcripts/fences.ts"

const root = resolve(import.meta.dirname, "../..")
const found = await Promise.all(["docs", "examples"].map((folder) => readdir(join(root, folder), { recursive: true })))
const sdks = await readdir(join(root, "sdks"))
const DOCUMENTS = [
  ...["README.md", "CONTRIBUTING.md"],
  ...sdks.map((name) => `sdks/${name}/README.md`),
  ...(found[0] ?? []).map((path) => `docs/${path}`),
  ...(found[1] ?? []).map((path) => `examples/${path}`),
].filter((path) => path.endsWith(".md") && !path.includes("node_modules"))

/** Makes the anchor of a heading as GitHub does: lower case, without punctuation, blanks become hyphens. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  )

async function brokenLinks(path: string): Promise<string[]> {
  const text = await readFile(join(root, path), "utf8")
  const prose = fencesOf(text).reduce((rest, fence) => rest.replace(fence.text, ""), text)
  const links = [...prose.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = ""]) => link)
  const broken = await Promise.all(
    links.map(async (link) => {
      const [file = "", anchor] = link.split("#")
      const target = file === "" ? join(root, path) : join(root, dirname(path), file)
      if (!existsSync(target)) return [`${path}: ${link} is not there`]
      if (anchor === undefined || anchorsOf(await readFile(target, "utf8")).includes(anchor)) return []
      return [`${path}: ${link} has no such heading`]
    }),
  )
  return broken.flat()
}

test("every link between the documents leads somewhere: it is there, with its heading", async () => {
  expect((await Promise.all(DOCUMENTS.map(brokenLinks))).flat()).toEqual([])
})
