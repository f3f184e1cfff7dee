import type { NodeTypeName } from "./names.ts"

/** Facts about a platform's package that its types use. */
export interface PlatformSources {
  /** Name of the function in `src/define.ts` that declares an object: `defineMemoryNode`. */
  define: string
}

/**
 * Source of a new type: it compiles, finds nothing and refuses every call, so its contract test fails until it is
 * written.
 */
export const typeSource = ({ platform, service, object }: NodeTypeName, { define }: PlatformSources): string => `/**
 * What a ${object} is, in one sentence.
 *
 * What identifies it, what replaces it, what the service does oddly.
 * @see the page of the service's documentation that says so
 */
import { problem } from "@alienplatform/core"
import { ${define} } from "../define.ts"

export interface ${object}Props {
  /** Changing it replaces the object. */
  name: string
}

export interface ${object}Attributes {
  /** What others refer to. */
  id: string
}

export const ${object} = ${define}<${object}Props, ${object}Attributes>({
  type: "${platform}.${service}.${object}",
  identity: { by: "key", of: ["name"] },
  permissions: { read: [{ action: "${service}.get" }] },

  async read() {
    return undefined
  },
  async create() {
    throw notWritten("create")
  },
  async update() {
    throw notWritten("update")
  },
  async delete() {
    throw notWritten("delete")
  },
})

const notWritten = (verb: string) =>
  problem("not_supported", { message: \`${platform}.${service}.${object} has no \${verb} yet; write it\`, outcome: "refused" })
`

/**
 * The contract test of a new type. `ownContract`: the platform has a stricter one in `src/testing/node-contract.ts`, which
 * asks the running thing too.
 */
export const testSource = (
  { object, file }: NodeTypeName,
  { ownContract }: { ownContract: boolean },
): string => `import { nodeContract } from "${ownContract ? "../testing/node-contract.ts" : "@alienplatform/engine/testing"}"
import { open } from "../testing/open.ts"
import { ${object} } from "./${file}.ts"

nodeContract(${object}, {
  open,
  given: { name: "first" },
  replace: { name: "second" },
${ownContract ? SERVES : ""}})
`

const SERVES = `  serves: async () => {
    throw new Error("ask what runs here: a request through the gateway, a connection, a process")
  },
`

/** Adds the type to the platform's list of nodes, sorted by name; undefined where there is no such list. */
export function addToNodeList(source: string, { service, object, file }: NodeTypeName): string | undefined {
  const list = source.match(/\n {2}nodes: \[([^\]]*)\],\n/)
  if (!list || list[1] === undefined) return undefined
  const names = list[1]
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
  const sorted = [...names, object].sort((left, right) => (left < right ? -1 : 1))
  const withList = source.replace(list[0], `\n  nodes: [${sorted.join(", ")}],\n`)
  // Wherever it goes, the formatter sorts it in.
  return withList.replace(/^import /m, `import { ${object} } from "./${service}/${file}.ts"\nimport `)
}
