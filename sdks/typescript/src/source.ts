import { type Binding, type Endpoints, parseBinding, parseEndpoints } from "./binding.ts"
import { resourceKey } from "./names.ts"

/** A source of bindings, asked at every call, so that an answer may change while the workload runs. */
export interface BindingSource {
  find(id: string): Promise<Binding | undefined>
  /** Known ids, sorted, as `find` accepts them. */
  known(): Promise<string[]>
  /** Endpoints of the workload itself; empty when it has none. */
  own(): Promise<Endpoints>
}

export type Environment = Readonly<Record<string, string | undefined>>

const OWN_ENDPOINTS = "ALIEN_PUBLIC_ENDPOINTS_JSON"
const BINDING = /^ALIEN_(.+)_BINDING$/

const variableOf = (id: string): string => `ALIEN_${resourceKey(id)}_BINDING`

/** Makes a source of the values that the platform injected when it started the process. */
export const environmentSource = (environment: Environment): BindingSource => ({
  async find(id) {
    const variable = variableOf(id)
    const text = environment[variable]
    return text ? parseBinding(text, variable) : undefined
  },
  async known() {
    return Object.entries(environment)
      .flatMap(([name, text]) => (text && BINDING.exec(name)?.[1]) || [])
      .map((name) => name.toLowerCase().replaceAll("_", "-"))
      .sort()
  },
  async own() {
    const text = environment[OWN_ENDPOINTS]
    return text ? parseEndpoints(text, OWN_ENDPOINTS) : {}
  },
})
