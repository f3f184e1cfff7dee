import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { compatibilityPage } from "../../tests/compatibility/page.ts"
import type { Check } from "./check.ts"

const PAGE = "docs/api.md"

/** Checks that the table of compatibility says what the recordings of published clients make it say. */
export const compatibility: Check = {
  name: "compatibility",
  async run(root) {
    const page = await readFile(join(root, PAGE), "utf8")
    return compatibilityPage(page) === page ? [] : [`${PAGE}: npm run docs:compatibility writes another table`]
  },
}
