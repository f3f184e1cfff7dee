import type { DaemonConfig } from "./config.ts"
import { ProgramBuilder } from "./program-builder.ts"

/** Declares a program that runs once per machine or node. */
export class Daemon extends ProgramBuilder<DaemonConfig> {
  /** @param id 1-64 letters, digits, `-` or `_` */
  constructor(id: string) {
    super("daemon", id)
  }

  static any(): "daemon" {
    return "daemon"
  }

  /** Accepted for compatibility; nothing sends commands yet. Default false. */
  commandsEnabled(enabled: boolean): this {
    return this.set("commandsEnabled", enabled)
  }

  /** Accepts only settings that ask for nothing of the machine: `{privileged: false, mounts: []}`. */
  runtime(settings: { privileged?: false; mounts?: readonly [] }): this {
    return this.set("runtime", settings)
  }
}
