import { type Checked, check, type Found, valueAt } from "../validation/check.ts"
import { ResourceConfig } from "./config.ts"
import { givenConfig } from "./given-config.ts"
import { NOT_SUPPORTED } from "./not-supported.ts"
import { isOther, otherRefused, withoutMoreOfOthers } from "./other-types.ts"
import { resourceRules } from "./rules.ts"

/** Checks one resource by schema and rules: its config with defaults, or every mistake in it. */
export function checkResource(value: unknown): Checked<ResourceConfig> {
  const given = givenConfig(value)
  const { data, found } = check(ResourceConfig, given)
  const all = withoutMoreOfOthers([...found.map((one) => explainPublished(one, given)), ...resourceRules(given)])
  return data && all.length === 0 ? { data, found: [] } : { data: undefined, found: all }
}

/**
 * Gives a mistake that another version of the API would not have found the code and text of that version's feature: a key that it
 * knows, a resource or a reference of a type that it runs. `given` is the whole that the path begins in.
 */
export function explainPublished(found: Found, given: unknown): Found {
  const key = String(found.path.at(-1))
  const within = valueAt(given, found.path.slice(0, -1))
  if (found.code === "value_unknown" && key === "type" && isOther(within))
    return otherRefused(found.path.slice(0, -1), within)
  const texts: Readonly<Record<string, string>> = NOT_SUPPORTED
  const instead = found.code === "key_unknown" && Object.hasOwn(texts, key) ? texts[key] : undefined
  return instead === undefined ? found : { ...found, code: "not_supported", message: instead }
}
