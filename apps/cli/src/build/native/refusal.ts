import { type AlienError, problem } from "@alienplatform/core/error"
import { type Target, targetName } from "./target.ts"

export interface NativeRefusal {
  /** Of the resource. */
  resource: string
  /** Name and version of the package, or path of a file of the source. */
  what: string
  target: Target
  why: string
  cause?: unknown
}

/** Makes the error `native_module_not_supported`. */
export const nativeModuleRefused = ({ resource, what, target, why, cause }: NativeRefusal): AlienError =>
  problem("native_module_not_supported", {
    message: `the source of ${JSON.stringify(resource)} needs ${what}, whose compiled code cannot be carried for ${targetName(target)}: ${why}`,
    context: { resource, package: what, target: targetName(target) },
    cause,
  })
