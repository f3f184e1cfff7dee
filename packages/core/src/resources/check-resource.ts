import { type Checked, check, type Found } from "../validation/check.ts"
import { ResourceConfig } from "./config.ts"
import { givenConfig } from "./given-config.ts"
import { NOT_SUPPORTED } from "./not-supported.ts"
import { resourceRules } from "./rules.ts"

/** Checks one resource by schema and rules: its config with defaults, or every mistake in it. */
export function checkResource(value: unknown): Checked<ResourceConfig> {
  const given = givenConfig(value)
  const { data, found } = check(ResourceConfig, given)
  const all = [...found.map(explainOutdated), ...resourceRules(given)]
  return data && all.length === 0 ? { data, found: [] } : { data: undefined, found: all }
}

/** Gives an unknown key that another version knows the code and text of that version's feature. */
export function explainOutdated(found: Found): Found {
  const key = String(found.path.at(-1))
  const texts: Readonly<Record<string, string>> = NOT_SUPPORTED
  const instead = found.code === "key_unknown" && Object.hasOwn(texts, key) ? texts[key] : undefined
  return instead === undefined ? found : { ...found, code: "not_supported", message: instead }
}
