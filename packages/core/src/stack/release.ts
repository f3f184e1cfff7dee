import type { Violation } from "../error.ts"
import { pathText } from "../validation/path.ts"
import type { StackConfig } from "./config.ts"

/** Lists what a valid stack may declare and a release may not contain: source that was not built, triggers. */
export function releaseViolations(stack: StackConfig): Violation[] {
  return Object.entries(stack.resources).flatMap(([id, { config }]) => {
    const found: Violation[] = []
    if (config.code.type === "source")
      found.push({
        path: pathText(["resources", id, "code"]),
        code: "source_not_built",
        message: `still refers to the source folder ${config.code.src}; build it with "alien release" first`,
      })
    if ((config.type === "worker" || config.type === "function") && config.triggers.length > 0)
      found.push({
        path: pathText(["resources", id, "triggers"]),
        code: "not_supported",
        message: "triggers are not supported yet; remove .trigger() from the stack",
      })
    return found
  })
}
