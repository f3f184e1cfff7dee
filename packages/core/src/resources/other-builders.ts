/**
 * Builders of the published API's resources that nothing here runs. A stack that declares them is written as it was, and
 * `Stack.build()` refuses each of them by name (`resource_not_supported`). What a call is given is kept, not checked.
 */
import type { StackInputRef } from "../stack/inputs.ts"
import type { OtherType } from "./other-types.ts"
import { Resource } from "./resource.ts"

/** Config of a resource that nothing here runs. */
export interface OtherConfig {
  readonly type: OtherType
  readonly id: string
}

type AnyResource = Resource<{ type: string; id: string }>

/** Calls of a builder, by name, with what each is given. */
type Calls = Readonly<Record<string, readonly unknown[]>>

export type OtherBuilder<C extends Calls = Calls> = { [Name in keyof C]: (...given: C[Name]) => OtherBuilder<C> } & {
  enabled(input: StackInputRef): OtherBuilder<C>
  build(): Resource<OtherConfig>
}

interface OtherBuilderClass<C extends Calls> {
  new (id: string): OtherBuilder<C>
  any(): OtherType
}

const takes = <A extends readonly unknown[]>(): A => [] as readonly unknown[] as A

function otherBuilder<const C extends Calls>(type: OtherType, calls: C): OtherBuilderClass<C> {
  class Other {
    readonly #config: OtherConfig & Record<string, unknown>

    constructor(id: string) {
      this.#config = { type, id }
    }

    static any(): OtherType {
      return type
    }

    keep(name: string, given: readonly unknown[]): this {
      Object.assign(this.#config, { [name]: given.length === 1 ? given[0] : given })
      return this
    }

    build(): Resource<OtherConfig> {
      return new Resource<OtherConfig>(Object.freeze({ ...this.#config }))
    }
  }
  for (const name of [...Object.keys(calls), "enabled"])
    Object.defineProperty(Other.prototype, name, {
      value(this: Other, ...given: unknown[]) {
        return this.keep(name, given)
      },
    })
  return Other as unknown as OtherBuilderClass<C>
}

export const AI = otherBuilder("ai", {})
export const ArtifactRegistry = otherBuilder("artifact-registry", { replicationRegions: takes<[readonly string[]]>() })
export const Build = otherBuilder("build", {
  computeType: takes<[string]>(),
  environment: takes<[Readonly<Record<string, string>>]>(),
  link: takes<[AnyResource]>(),
  permissions: takes<[string]>(),
})
export const ComputeCluster = otherBuilder("compute-cluster", {
  pool: takes<[name: string, pool: object]>(),
  containerCidr: takes<[string]>(),
})
export const Email = otherBuilder("email", {
  domains: takes<[readonly string[]]>(),
  domain: takes<[string]>(),
  inbound: takes<[storage: AnyResource]>(),
  events: takes<[queue: AnyResource]>(),
})
export const Key = otherBuilder("key", {})
export const Kv = otherBuilder("kv", {})
export const Postgres = otherBuilder("postgres", {
  version: takes<["15" | "16" | "17"]>(),
  cpu: takes<[string]>(),
  memory: takes<[string]>(),
  storage: takes<[string]>(),
  highAvailability: takes<[enabled?: boolean]>(),
})
export const Queue = otherBuilder("queue", {})
export const Sandbox = otherBuilder("sandbox", {
  code: takes<[object]>(),
  limits: takes<[object]>(),
  egress: takes<[object | string]>(),
  session: takes<[object]>(),
  previewPorts: takes<[readonly number[]]>(),
})
export const ServiceAccount = otherBuilder("service-account", { stackPermissionSet: takes<[object]>() })
export const Storage = otherBuilder("storage", {
  publicRead: takes<[boolean]>(),
  versioning: takes<[boolean]>(),
  lifecycleRules: takes<[readonly object[]]>(),
  corsAllowedOrigins: takes<[readonly string[]]>(),
  encryptionKey: takes<[key: AnyResource]>(),
})
export const Vault = otherBuilder("vault", {})

export const experimental = {
  AwsOpenSearch: otherBuilder("experimental/aws-opensearch", {
    collectionType: takes<[string]>(),
    capacity: takes<[object]>(),
  }),
} as const
