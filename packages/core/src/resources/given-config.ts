import { isObject, withoutAbsent } from "../validation/plain.ts"

/**
 * The config of a resource as the schema has it, made of what a published builder of any version writes: a null counts as
 * absent, and the ingress of a Function is its endpoint.
 */
export function givenConfig(value: unknown): unknown {
  const config = withoutAbsent(value, { nulls: true, keyed: ["environment", "buildArgs"] })
  if (!isObject(config) || config.type !== "function" || config.ingress !== "public") return config
  const { publicEndpoints = [] } = config
  return Array.isArray(publicEndpoints) && publicEndpoints.length === 0
    ? { ...config, publicEndpoints: [{ name: "default" }] }
    : config
}
