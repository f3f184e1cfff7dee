import type { z } from "zod"
import type { StackInputRef } from "../stack/inputs.ts"
import { type Found, violationOf } from "../validation/check.ts"
import { deepFreeze, isObject, unsafeParts, withoutAbsent } from "../validation/plain.ts"
import { valueKind } from "../validation/seen.ts"
import { checkResource } from "./check-resource.ts"
import type { Code } from "./code.ts"
import type { ResourceConfig } from "./config.ts"
import { NOT_SUPPORTED, type NotSupported } from "./not-supported.ts"
import { Resource } from "./resource.ts"

/** Base of all resource builders. Calls only record; `.build()` checks, and `Stack.build()` throws. */
export abstract class WorkloadBuilder<C extends ResourceConfig> {
  readonly #draft: Record<string, unknown>
  readonly #refused: Found[] = []

  constructor(type: C["type"], id: string) {
    this.#draft = { type, id }
  }

  /** Sets the code, source or image: `{type: "source", src, toolchain}`, `{type: "image", image}`. Required. */
  code(code: z.input<typeof Code>): this {
    return this.set("code", code)
  }

  /** Sets environment variables; a later call replaces an earlier one. `ALIEN_*` is reserved. */
  environment(variables: Readonly<Record<string, string>>): this {
    return this.set("environment", variables)
  }

  /** Links another workload, whose addresses are injected into this one. By id where the other is declared later. */
  link(resource: Resource<{ type: string; id: string }> | string): this {
    if (typeof resource === "string") return this.append("links", { id: resource })
    if (isObject(resource) && typeof resource.ref === "function") return this.append("links", resource.ref())
    return this.refuse({
      path: ["links"],
      code: "resource_not_built",
      message: `link takes an id or a resource after its .build(), not ${valueKind(resource)}`,
    })
  }

  /** @deprecated Refused: not supported yet. */
  enabled(_input: StackInputRef): this {
    return this.notSupported("enabledWhen")
  }

  /** Sets the permission profile that the workload runs with, by name. */
  permissions(profile: string): this {
    return this.set("permissions", profile)
  }

  /**
   * Checks what was declared and returns the resource. Never throws: mistakes are in `violations`, and `Stack.build()`
   * throws them all.
   */
  build(): Resource<C> {
    const refused = this.#refused.map(violationOf)
    const unsafe = unsafeParts(this.#draft)
    const { type, id } = this.#draft
    if (unsafe.length > 0) return new Resource<C>(deepFreeze({ type, id }) as C, [...refused, ...unsafe])
    const { data, found } = checkResource(this.#draft)
    return new Resource<C>(
      deepFreeze(data ?? withoutAbsent(this.#draft)) as C,
      deepFreeze([...refused, ...found.map(violationOf)]),
    )
  }

  protected get(key: string): unknown {
    return this.#draft[key]
  }

  protected set(key: string, value: unknown): this {
    this.#draft[key] = value
    return this
  }

  protected append(key: string, ...items: readonly unknown[]): this {
    const before = this.#draft[key]
    return this.set(key, [...(Array.isArray(before) ? before : []), ...items])
  }

  protected refuse(found: Found): this {
    this.#refused.push(found)
    return this
  }

  /** Records that a builder call of another version is not supported. */
  protected notSupported(call: NotSupported): this {
    return this.refuse({ path: [call], code: "not_supported", message: NOT_SUPPORTED[call] })
  }
}
