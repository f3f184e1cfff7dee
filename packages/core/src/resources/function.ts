import { shownValue } from "../validation/seen.ts"
import type { FunctionConfig } from "./config.ts"
import { HandlerBuilder } from "./handler-builder.ts"

/** The Worker of the platform's first API: private, or with one public endpoint that is named `default`. */
class FunctionBuilder extends HandlerBuilder<FunctionConfig> {
  /** @param id 1-64 letters, digits, `-` or `_` */
  constructor(id: string) {
    super("function", id)
  }

  static any(): "function" {
    return "function"
  }

  /** Accepts only `false`, the default: nothing sends commands yet. */
  arcEnabled(enabled: false): this {
    return this.set("arcEnabled", enabled)
  }

  /** Sets who reaches the Function: `public` adds the HTTPS endpoint `default`. Default `private`. */
  ingress(value: "public" | "private"): this {
    if (value === "public") return this.set("publicEndpoints", [{ name: "default" }])
    this.set("publicEndpoints", [])
    if (value === "private") return this
    const known = value === "vpc"
    return this.refuse({
      path: ["ingress"],
      code: known ? "not_supported" : "value_unknown",
      message: known
        ? `ingress "vpc" is not taken here: write "public", and the customer's stack settings choose the exposure "network"`
        : `must be one of public, private, is ${shownValue(value)}`,
    })
  }
}

export { FunctionBuilder as Function }
