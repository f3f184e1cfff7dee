import { join, resolve } from "node:path"
import { runChild } from "../run-child.ts"
import { circles } from "./circles.ts"
import { compatibility } from "./compatibility.ts"
import { engines } from "./engines.ts"
import { errorCodes } from "./error-codes.ts"
import { greps } from "./greps.ts"
import { imports } from "./imports.ts"
import { runChecks } from "./run-checks.ts"
import { deadCode, lint, types } from "./tools.ts"

/* `npm run verify`: everything that can be said about the sources without running them, then the tests. */
const root = resolve(import.meta.dirname, "../..")
const checked = await runChecks(
  [types, lint, imports, circles, deadCode, greps, errorCodes, compatibility, engines],
  root,
  (text) => process.stdout.write(text),
)
const tested = await runChild(process.execPath, [join(root, "scripts/test.ts")], { cwd: root })
process.exitCode = checked && tested === 0 ? 0 : 1
