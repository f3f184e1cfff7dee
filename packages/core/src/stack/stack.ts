import type { z } from "zod"
import { type Violation, violations } from "../error.ts"
import { NOT_SUPPORTED } from "../resources/not-supported.ts"
import type { Resource } from "../resources/resource.ts"
import { violationOf } from "../validation/check.ts"
import { pathText } from "../validation/path.ts"
import { deepFreeze, isObject } from "../validation/plain.ts"
import { valueKind } from "../validation/seen.ts"
import type { Lifecycle, PlatformName, StackConfig, StackPermissions } from "./config.ts"
import type { StackInputRef } from "./inputs.ts"
import { checkStack } from "./parse.ts"
import { idTaken } from "./rules.ts"

type Permissions = Omit<z.input<typeof StackPermissions>, "management"> & { management?: "auto" }

/** Declares resources that are released, installed and removed together. */
export class Stack {
  readonly id: string
  readonly #resources: Record<string, { config: unknown; lifecycle: unknown; dependencies: [] }>
  readonly #violations: Violation[] = []
  #supportedPlatforms: readonly PlatformName[] | undefined
  #permissions: Permissions | undefined

  /** @param id 1-128 letters, digits, `-` or `_` */
  constructor(id: string) {
    this.id = id
    this.#resources = Object.create(null)
  }

  /** Adds a built resource. live: it changes with every release. frozen: it is created once, then only observed. */
  add(
    resource: Resource<{ type: string; id: string }>,
    lifecycle: Lifecycle,
    { remoteAccess = false }: { remoteAccess?: false } = {},
  ): this {
    if (!isObject(resource) || !isObject(resource.config)) {
      const what = valueKind(resource)
      this.#violations.push({
        path: "resources",
        code: "resource_not_built",
        message: `add takes a resource after its .build(), not ${what}`,
      })
      return this
    }
    const id = String(resource.config.id)
    const at = pathText(["resources", id])
    for (const { path, ...rest } of resource.violations ?? [])
      this.#violations.push({ path: path === "" || path.startsWith("[") ? at + path : `${at}.${path}`, ...rest })
    if (remoteAccess)
      this.#violations.push({
        path: `${at}.remoteAccess`,
        code: "not_supported",
        message: "remote access to bindings is not supported yet; leave remoteAccess out",
      })
    if (Object.hasOwn(this.#resources, id)) this.#violations.push(violationOf(idTaken(id, id)))
    else this.#resources[id] = { config: resource.config, lifecycle, dependencies: [] }
    return this
  }

  /** Limits the platforms that the stack may be deployed to. Default: all. */
  platforms(platforms: readonly PlatformName[]): this {
    this.#supportedPlatforms = platforms
    return this
  }

  /** Sets the permission profiles that resources name; they cannot grant anything yet, so their lists must be empty. */
  permissions(config: Permissions): this {
    this.#permissions = config
    return this
  }

  /** @deprecated Refused: the customer gives environment variables to a deployment. */
  inputs(inputs: Readonly<Record<string, StackInputRef>>): this {
    if (Object.keys(inputs).length > 0)
      this.#violations.push({ path: "inputs", code: "not_supported", message: NOT_SUPPORTED.inputs })
    return this
  }

  /**
   * Returns the stack as plain, deep-frozen JSON, completed with defaults. Throws `stack_invalid` with every mistake of
   * every resource in `context.violations`.
   */
  build(): StackConfig {
    const { data, found } = checkStack({
      id: this.id,
      resources: Object.fromEntries(Object.entries(this.#resources)),
      ...(this.#supportedPlatforms ? { supportedPlatforms: this.#supportedPlatforms } : {}),
      ...(this.#permissions ? { permissions: this.#permissions } : {}),
    })
    const all = new Map(
      [...found, ...this.#violations].map((one) => [JSON.stringify([one.path, one.code, one.message]), one]),
    )
    if (!data || all.size > 0) throw violations("stack_invalid", `the stack ${this.id}`, [...all.values()])
    return deepFreeze(data)
  }
}
