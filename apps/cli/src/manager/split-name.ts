import { isDeploymentName } from "./find-deployment.ts"

/**
 * Splits `[NAME] REST…`: the first argument is the deployment unless it cannot be a name, like `KEY=VALUE` and
 * `STRIPE_KEY`.
 */
export const splitName = ([first, ...others]: readonly string[]): {
  name: string | undefined
  rest: readonly string[]
} =>
  first === undefined
    ? { name: undefined, rest: [] }
    : isDeploymentName(first)
      ? { name: first, rest: others }
      : { name: undefined, rest: [first, ...others] }
