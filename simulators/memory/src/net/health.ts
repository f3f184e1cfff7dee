import { defineGate } from "@alienplatform/engine"
import { verbPermissions } from "../define.ts"
import type { MemoryContext } from "../object.ts"

interface Props {
  backend: string
}

/** A gate that passes once the backend has existed for a while. */
export const Health = defineGate<Props, { backend: string }, MemoryContext>({
  type: "memory.net.Health",
  permissions: verbPermissions({ read: "backend.health" }),
  read: ({ cloud, props }) =>
    cloud.request("read", "health", () => {
      const backend = cloud.existing(props.backend)
      const healthy = backend !== undefined && cloud.clock.now() >= backend.visibleAt + 6_000
      return {
        id: `health/${props.backend}`,
        props,
        attributes: { backend: props.backend },
        status: healthy
          ? "settled"
          : { waiting: { on: "gate", code: "probe_failed", message: `${props.backend} does not answer yet` } },
      }
    }),
})
