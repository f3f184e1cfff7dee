import ts from "typescript"
import { lineAt, type SourceFile } from "./files.ts"

export interface CodeUse {
  code: string
  /** Where the code stands, `file:line`. */
  at: string
}

export interface Codes {
  /** Every code that a caller can meet. */
  uses: CodeUse[]
  /** Places where the code is not a literal and so cannot be checked. */
  computed: string[]
  /** Every string literal that looks like a code, wherever it stands. */
  mentions: Set<string>
  /** Objects `{status: 503, code: "…"}`: answers over HTTP that name both. */
  answers: (CodeUse & { status: number })[]
}

const CODE = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/
const MAKERS = new Set(["problem", "violations"])

/**
 * Finds codes in a source file: the first argument of `problem(…)`, `violations(…)` and `new …Error(…)`, and every
 * property `code: "…"`, which is how violations, reasons and conditions carry theirs. A conditional expression
 * of literals is a literal twice. `problem(error.code, …)` passes a code on and is fine.
 */
export function codesOf({ path, text }: SourceFile): Codes {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const codes: Codes = { uses: [], computed: [], mentions: new Set(), answers: [] }
  const at = (node: ts.Node) => `${path}:${lineAt(text, node.getStart(source))}`
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && CODE.test(node.text)) codes.mentions.add(node.text)
    if (ts.isObjectLiteralExpression(node)) {
      const [code, status] = ["code", "status"].map((name) => memberOf(node, name))
      if (code && ts.isStringLiteralLike(code) && status && ts.isNumericLiteral(status))
        codes.answers.push({ code: code.text, status: Number(status.text), at: at(node) })
    }
    const [expression, strict] = codeExpression(node)
    for (const part of expression ? alternatives(expression) : []) {
      if (ts.isStringLiteralLike(part)) {
        if (CODE.test(part.text)) codes.uses.push({ code: part.text, at: at(part) })
        else if (strict) codes.computed.push(`${at(part)}: ${part.text} is not lower snake case`)
      } else if (strict && !isPassedOn(part)) {
        codes.computed.push(`${at(part)}: the code is computed; write it as a literal`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  // A link to the page is a use as well.
  for (const { 1: code = "", index } of text.matchAll(/docs\/errors\.md#([a-z][a-z0-9_]*)/g)) {
    codes.mentions.add(code)
    codes.uses.push({ code, at: `${path}:${lineAt(text, index)}` })
  }
  return codes
}

/** The expression of a code in a node, and whether it must be a literal. */
function codeExpression(node: ts.Node): [ts.Expression | undefined, boolean] {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && MAKERS.has(node.expression.text))
    return [node.arguments[0], true]
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && /^[A-Z]\w+Error$/.test(node.expression.text))
    return [node.arguments?.[0], false]
  if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && node.name.text === "code")
    return [node.initializer, false]
  return [undefined, false]
}

const memberOf = ({ properties }: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined =>
  properties.find(
    (property): property is ts.PropertyAssignment =>
      ts.isPropertyAssignment(property) && property.name.getText() === name,
  )?.initializer

function alternatives(expression: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression))
    return alternatives(expression.expression)
  if (ts.isConditionalExpression(expression))
    return [...alternatives(expression.whenTrue), ...alternatives(expression.whenFalse)]
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...alternatives(expression.left), ...alternatives(expression.right)]
  return [expression]
}

/** Does the expression pass on the code of something that has one? `code`, `error.code`, `codeOf(error)` do. */
function isPassedOn(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return expression.text === "code"
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text === "code"
  return ts.isCallExpression(expression) && expression.expression.getText() === "codeOf"
}
