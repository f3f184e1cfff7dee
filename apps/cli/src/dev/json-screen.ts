import type { Context } from "../context.ts"
import type { EndpointView } from "../manager/endpoint-view.ts"
import type { DevEvent, Tell } from "./event.ts"

/** Prints one JSON document per event; of each endpoint only what changed. */
export function jsonScreen(stdout: Context["stdout"]): Tell {
  const told = new Map<string, string>()
  const line = (document: object) => stdout.write(`${JSON.stringify(document)}\n`)
  return (event: DevEvent) => {
    if (event.event === "state") {
      for (const view of event.endpoints.map(shown)) {
        const text = JSON.stringify(view)
        if (told.get(`${view.resource}.${view.endpoint}`) !== text) line({ event: "endpoint", ...view })
        told.set(`${view.resource}.${view.endpoint}`, text)
      }
    } else if (event.event === "ready") line({ event: "ready", ms: event.ms, endpoints: event.endpoints.map(shown) })
    else if (event.event === "log") line({ event: "log", ...event.entry })
    else line(event)
  }
}

const shown = ({ resource, endpoint, state, url, connect }: EndpointView) => ({
  resource,
  endpoint,
  state,
  url: url ?? null,
  ...(connect ? { connect } : {}),
})
