import type { StackConfig, StackResource } from "@alienplatform/core"
import { didYouMean, problem } from "@alienplatform/core/error"

/**
 * Finds the resource to build: the named one, else the only one that comes from source.
 * @throws `resource_unknown`, `usage_invalid`
 */
export function chooseResource(stack: StackConfig, name: string | undefined): StackResource {
  const fromSource = Object.entries(stack.resources).filter(([, { config }]) => config.code.type === "source")
  const names = fromSource.map(([id]) => id)
  if (name !== undefined && !Object.hasOwn(stack.resources, name))
    throw problem("resource_unknown", {
      message: `stack ${stack.id} has no resource ${JSON.stringify(name)}${didYouMean(name, Object.keys(stack.resources))}`,
    })
  const [only, ...others] = name === undefined ? fromSource : fromSource.filter(([id]) => id === name)
  if (only && others.length === 0) return only[1]
  if (name !== undefined)
    throw problem("usage_invalid", {
      message: `${name} of stack ${stack.id} comes from an image already`,
      hint: "copy it with `alien image copy FROM TO`",
    })
  throw problem("usage_invalid", {
    message: only
      ? `stack ${stack.id} has several resources to build: ${names.join(", ")}`
      : `stack ${stack.id} has no resource to build: all come from images`,
    ...(only ? { hint: "name one of them" } : {}),
  })
}
