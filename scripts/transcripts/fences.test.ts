import { describe, expect, test } from "vitest"
import { fencesOf, mapFences } from "./fences.ts"

const DOCUMENT = `# Title

\`\`\`ts file=api/index.ts
const a = \`b\`
\`\`\`

Text with \`code\`.

\`\`\`\`console
$ cat README.md
\`\`\`sh
echo
\`\`\`
\`\`\`\`

\`\`\`
\`\`\`
`

describe("fencesOf", () => {
  test("it gives language, attributes, text and line of each block", () => {
    expect(fencesOf(DOCUMENT)).toEqual([
      { language: "ts", attributes: { file: "api/index.ts" }, text: "const a = `b`\n", line: 3 },
      { language: "console", attributes: {}, text: "$ cat README.md\n```sh\necho\n```\n", line: 9 },
      { language: "", attributes: {}, text: "", line: 16 },
    ])
  })
})

describe("mapFences", () => {
  test("what is not changed stays as it is, to the byte: it is the same document", async () => {
    expect(await mapFences(DOCUMENT, async ({ text }) => text)).toBe(DOCUMENT)
  })

  test("it puts what is answered between the same fences", async () => {
    const changed = await mapFences(DOCUMENT, async ({ language, text }) => (language === "ts" ? "new\n" : text))
    expect(changed).toBe(DOCUMENT.replace("const a = `b`", "new"))
  })
})
