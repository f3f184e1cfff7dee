/** A use of a constant that keeps a module's own place. */
export interface KeptUse {
  start: number
  end: number
  /** What it keeps: the module's path, or its folder. */
  name: "dirname" | "filename"
  isMeta: boolean
  isKept: true
}

export interface KeptPlaces {
  uses: KeptUse[]
  /** Is a place that starts there what such a constant is declared with? */
  declares(index: number): boolean
  /** Is there such a constant of that name? */
  has(name: string): boolean
}

const META = String.raw`import\s*\.\s*meta\s*\.\s*`
const FILE_OF_URL = String.raw`(?:\w+\s*\.\s*)?fileURLToPath\s*\(\s*${META}url\s*,?\s*\)`
const DIRNAME = String.raw`(?:\w+\s*\.\s*)?dirname\s*\(\s*`
const DECLARED = String.raw`(?<!\bexport\s+)\bconst\s+([A-Za-z_$][\w$]*)\s*(?::\s*string\s*)?=\s*`
const ENDED = String.raw`(?=\s*(?:;|\n|\/[/*]|$))`

/** Constants that are declared with the module's path or folder itself. */
const FILES = new RegExp(`${DECLARED}(?:${META}filename|${FILE_OF_URL}|__filename)${ENDED}`, "gd")
const FOLDERS = new RegExp(
  `${DECLARED}(?:${META}dirname|__dirname|${DIRNAME}(?:${META}filename|${FILE_OF_URL}|__filename)\\s*\\))${ENDED}`,
  "gd",
)

/**
 * Finds constants that keep a module's own path or folder, `const here = dirname(fileURLToPath(import.meta.url))`, with
 * all that is made of them in the module. Left out are names that mean something else too, or that others may get.
 */
export function keptPlaces(text: string): KeptPlaces {
  const uses: KeptUse[] = []
  const names = new Set<string>()
  const declarations: [from: number, to: number][] = []
  const keep = (declaration: RegExp, name: KeptUse["name"]) => {
    for (const match of text.matchAll(declaration)) {
      const [constant = ""] = match.slice(1)
      if (names.has(constant) || !meansOneThing(text, constant)) continue
      names.add(constant)
      declarations.push([match.index, match.index + match[0].length])
      const isMeta = match[0].includes("import") || isModule(text)
      for (const use of text.matchAll(wordOf(constant)))
        if (use.index !== match.indices?.[1]?.[0])
          uses.push({ start: use.index, end: use.index + constant.length, name, isMeta, isKept: true })
    }
  }
  keep(FILES, "filename")
  keep(FOLDERS, "dirname")
  for (const name of [...names]) {
    const folderOfKept = new RegExp(`${DECLARED}${DIRNAME}${escaped(name)}\\s*\\)${ENDED}`, "gd")
    keep(folderOfKept, "dirname")
  }
  return {
    uses: uses.filter(
      ({ start, name }) => name === "dirname" || !declarations.some(([from, to]) => start > from && start < to),
    ),
    declares: (index) => declarations.some(([from, to]) => index > from && index < to),
    has: (name) => names.has(name),
  }
}

const escaped = (name: string): string => name.replaceAll("$", "\\$")

const wordOf = (name: string): RegExp => new RegExp(String.raw`(?<![.\w$])${escaped(name)}(?![\w$])`, "g")

const isModule = (text: string): boolean => /^\s*(?:import|export)\b/m.test(text)

/** Is a name declared once, and neither a key nor a parameter nor exported? */
function meansOneThing(text: string, constant: string): boolean {
  const name = escaped(constant)
  const declared = text.match(new RegExp(String.raw`\b(?:const|let|var|function|class)\s+${name}(?![\w$])`, "g"))
  const elsewhere = new RegExp(
    String.raw`(?<!\$)[{,]\s*${name}\s*[:},]|(?<![.\w$])${name}\s*=>|\bexport\s*\{[^}]*(?<![\w$])${name}(?![\w$])|\bas\s+${name}(?![\w$])`,
  )
  return declared?.length === 1 && !elsewhere.test(text)
}
