import { describe, expect, test } from "vitest"
import { checkDependencies, checkImports } from "./imports.ts"
import type { Workspace } from "./workspaces.ts"

const workspace = (directory: string, name: string, dependencies: string[] = [], devDependencies: string[] = []) => ({
  ...{ directory, name, dependencies, devDependencies },
})
const workspaces: Workspace[] = [
  workspace("", "root", [], ["vitest", "typescript"]),
  workspace("packages/core", "@x/core", ["zod"]),
  workspace("packages/engine", "@x/engine", ["@x/core"], ["fast-check", "@x/simulator-memory"]),
  workspace("packages/runtime", "@x/runtime"),
  workspace("providers/local", "@x/local", ["@x/core", "@x/engine"]),
  workspace("providers/aws", "@x/aws", ["@x/core"], ["@x/simulator-aws"]),
  workspace("simulators/aws", "@x/simulator-aws", ["@x/core"]),
  workspace("simulators/memory", "@x/simulator-memory", ["@x/core", "@x/engine"]),
  workspace("apps/gateway", "@x/gateway", ["@x/local"]),
  workspace("apps/manager", "@x/manager", ["@x/core", "@x/engine"]),
  workspace("apps/cli", "@x/cli", ["@x/core", "@x/manager"]),
]
const imported = (path: string, specifier: string, text = `import { a } from "${specifier}"\n`) =>
  checkImports(workspaces, [{ path, text }])

describe("the check of imports: it", () => {
  test.each([
    ["packages/engine/src/a.ts", "@x/core"],
    ["packages/engine/src/a.ts", "./b.ts"],
    ["packages/engine/src/run/a.ts", "../decide/b.ts"],
    ["packages/engine/src/index.ts", "./plan/b.ts"],
    ["packages/engine/src/declare/a.test.ts", "../run/b.ts"],
    ["apps/manager/src/routes/a.ts", "../runner/b.ts"],
    ["packages/engine/src/a.ts", "@x/engine/testing"],
    ["packages/engine/src/a.ts", "node:fs"],
    ["packages/engine/src/a.test.ts", "vitest"],
    ["packages/engine/src/testing/a.ts", "fast-check"],
    ["providers/aws/src/a.test.ts", "@x/simulator-aws"],
    ["simulators/memory/src/a.ts", "@x/engine"],
    ["packages/engine/src/run/a.test.ts", "@x/simulator-memory"],
    ["benchmarks/a.ts", "@x/simulator-memory"],
    ["apps/gateway/src/a.ts", "@x/local/gateway-table"],
    ["apps/cli/src/serve/a.ts", "@x/manager"],
    ["apps/cli/src/serve.ts", "@x/manager"],
    ["scripts/a.ts", "typescript"],
    ["benchmarks/a.ts", "@x/engine"],
  ])("lets %s import %s", (path, specifier) => {
    expect(imported(path, specifier)).toEqual([])
  })

  test.each([
    ["packages/engine/src/decide/a.ts", "../run/b.ts", "decide must not import run, which lies above it"],
    ["apps/manager/src/runner/a.ts", "../routes/b.ts", "runner must not import routes, which lies above it"],
    ["apps/manager/src/planner/a.ts", "../http/b.ts", "planner must not import http, which lies above it"],
    ["apps/manager/src/elsewhere/a.ts", "../http/b.ts", "apps/manager/src/elsewhere has no place"],
    ["packages/core/src/a.ts", "@x/engine", "packages/core must not import packages/engine"],
    ["packages/engine/src/a.ts", "../../core/src/b.ts", "leaves its package"],
    ["scripts/a.ts", "../packages/core/src/b.ts", "leaves its package"],
    ["packages/core/src/a.ts", "../../../../elsewhere.ts", "leaves its package"],
    ["packages/engine/src/a.ts", "zod", "is not a dependency of packages/engine"],
    ["packages/engine/src/a.ts", "vitest", "is not a dependency of packages/engine"],
    ["packages/engine/src/a.ts", "fast-check", "is not a dependency of packages/engine"],
    ["providers/aws/src/a.ts", "@x/simulator-aws", "providers/aws must not import simulators/aws"],
    ["simulators/aws/src/a.ts", "@x/aws", "simulators/aws must not import providers/aws"],
    ["simulators/aws/src/a.ts", "@x/engine", "simulators/aws must not import packages/engine"],
    ["packages/engine/src/run/a.ts", "@x/simulator-memory", "packages/engine must not import simulators/memory"],
    ["apps/manager/src/a.ts", "@x/simulator-memory", "apps/manager must not import simulators/memory"],
    ["providers/aws/src/a.ts", "@x/local", "providers/aws must not import providers/local"],
    ["apps/gateway/src/a.ts", "@x/local", "nothing but its table's schema"],
    ["apps/cli/src/commands/info.ts", "@x/manager", "from src/dev and src/serve only"],
    ["apps/cli/src/a.ts", "@x/engine", "apps/cli must not import packages/engine"],
  ])("does not let %s import %s", (path, specifier, reason) => {
    expect(imported(path, specifier)).toEqual([expect.stringContaining(reason)])
  })

  test.each([
    'export { a } from "@x/engine"\n',
    'import type { A } from "@x/engine"\n',
    'export const a = () => import("@x/engine")\n',
    'export type A = import("@x/engine").A\n',
    'import "@x/engine"\n',
  ])("sees %s", (text) => {
    expect(imported("packages/core/src/a.ts", "", `const first = 1\n${text}`)).toEqual([
      expect.stringMatching(/^packages\/core\/src\/a\.ts:2: @x\/engine: /),
    ])
  })

  test("finds a dependency against the direction, and one where none may be", () => {
    const wrong = [
      workspace("packages/core", "@x/core", ["@x/engine"]),
      workspace("packages/engine", "@x/engine"),
      workspace("packages/runtime", "@x/runtime", ["left-pad"]),
    ]
    expect(checkDependencies(wrong)).toEqual([
      "packages/core/package.json: packages/core must not import packages/engine",
      "packages/runtime/package.json: has the dependency left-pad",
    ])
    expect(checkDependencies(workspaces)).toEqual([])
  })

  test("finds packages that depend on each other", () => {
    const wrong = [
      workspace("apps/manager", "@x/manager", ["@x/engine"]),
      workspace("packages/engine", "@x/engine", ["@x/manager"]),
    ]
    expect(checkDependencies(wrong)).toContain("packages depend on each other: @x/manager → @x/engine → @x/manager")
  })

  test("asks for a row in the table before a new package may import anything", () => {
    const grown = [...workspaces, workspace("packages/new", "@x/new", ["@x/core"])]
    expect(checkDependencies(grown)).toEqual([
      "packages/new/package.json: packages/new has no row in scripts/verify/directions.ts",
    ])
  })
})
