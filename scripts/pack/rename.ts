import ts from "typescript"

/**
 * Points a compiled file at compiled files: `./other.ts` becomes `./other.js` where a declaration file imports it, and in
 * `new URL("./program.ts", import.meta.url)`, which names a program to start. tsc itself does neither
 * (https://github.com/microsoft/TypeScript/issues/61037).
 */
export function renameToCompiled(path: string, text: string): string {
  const literals = new Set<ts.StringLiteralLike>()
  const add = (node: ts.Node | undefined) => {
    if (node && ts.isStringLiteralLike(node) && /^\.\.?\/.*(?<!\.d)\.ts$/.test(node.text)) literals.add(node)
  }
  visit(path, text, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal)
    else add(fileOfUrl(node))
  })
  // From the end, so that the offsets of what is left stay true. One before the end stands the quote.
  return [...literals]
    .sort((a, b) => b.end - a.end)
    .reduce((renamed, { end }) => `${renamed.slice(0, end - 3)}js${renamed.slice(end - 1)}`, text)
}

/** Relative paths of the programs that a source starts by `new URL("./program.ts", import.meta.url)`. */
export function programsOf(path: string, text: string): string[] {
  const found: string[] = []
  visit(path, text, (node) => {
    const file = fileOfUrl(node)
    if (file?.text.endsWith(".ts")) found.push(file.text)
  })
  return found
}

/** Texts in a compiled file that end in `.ts`; comments do not count. */
export function namesOfSources(path: string, text: string): string[] {
  const found: string[] = []
  visit(path, text, (node) => {
    if (ts.isStringLiteralLike(node) && /[^.]\.ts$/.test(node.text) && !node.text.endsWith(".d.ts"))
      found.push(node.text)
  })
  return found
}

/** `"./program.ts"` of `new URL("./program.ts", import.meta.url)`. */
function fileOfUrl(node: ts.Node): ts.StringLiteralLike | undefined {
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "URL") return undefined
  const [file, base] = node.arguments ?? []
  const isHere =
    base && ts.isPropertyAccessExpression(base) && ts.isMetaProperty(base.expression) && base.name.text === "url"
  return isHere && file && ts.isStringLiteralLike(file) ? file : undefined
}

function visit(path: string, text: string, look: (node: ts.Node) => void): void {
  const each = (node: ts.Node): void => {
    look(node)
    ts.forEachChild(node, each)
  }
  each(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false))
}
