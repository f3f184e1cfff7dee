import { type GateWaits, gateWaits } from "@alienplatform/endpoints"
import type { ObjectRow } from "@alienplatform/engine"
import type { Deployment } from "@alienplatform/store"

type DeploymentGeneration = Pick<Deployment, "id" | "generation">

/** Remembers since when gates keep each deployment's objects waiting. In memory, and begun anew with every generation. */
export class GateWaitTracker {
  readonly #known = new Map<string, { generation: number; waits: GateWaits }>()

  /** Notes which objects wait for a gate, after a look at all rows; returns since when each has waited. */
  update({ id, generation }: DeploymentGeneration, rows: readonly ObjectRow[], now: number): GateWaits {
    const known = this.#known.get(id)
    const before: GateWaits = known?.generation === generation ? known.waits : new Map()
    const waits = gateWaits(before, rows, now)
    if (waits.size === 0) this.#known.delete(id)
    else this.#known.set(id, { generation, waits })
    return waits
  }

  waitsOf({ id, generation }: DeploymentGeneration): GateWaits {
    const known = this.#known.get(id)
    return known?.generation === generation ? known.waits : new Map()
  }
}
