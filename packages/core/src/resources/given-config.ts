import { isObject, withoutAbsent } from "../validation/plain.ts"

/**
 * Converts what a published builder of any version writes to the schema's form: a null counts as absent, and the
 * ingress of a Function becomes its endpoint.
 */
export function givenConfig(value: unknown): unknown {
  const config = withoutAbsent(value, { nulls: true, keyed: ["environment", "buildArgs"] })
  if (!isObject(config) || config.type !== "function" || config.ingress !== "public") return config
  const { publicEndpoints = [] } = config
  return Array.isArray(publicEndpoints) && publicEndpoints.length === 0
    ? { ...config, publicEndpoints: [{ name: "default" }] }
    : config
}
