import { type DesiredNode, type Graph, neededNodes } from "../declare/graph.ts"
import { eachRef, Gated, type Ref } from "../declare/refs.ts"

/**
 * Ids of every node on whose rows the answers for `desired` depend: nodes that it refers to, nodes that names are
 * predicted from, and its gates with what they would be asked.
 */
export function answerSources(desired: DesiredNode, graph: Graph): Set<string> {
  const heard = neededNodes(desired)
  const named = new Set<string>()
  const gates = new Set<string>()
  const listen = (ref: Ref | Gated) => {
    if (ref instanceof Gated) listenToGate(ref.gate)
    else if (ref.level === "name") listenToName(ref.node)
    else heard.add(ref.node)
  }
  const listenToGate = (gate: string) => {
    if (gates.has(gate)) return
    gates.add(gate)
    heard.add(gate)
    eachRef(graph.nodes.get(gate)?.props, listen)
  }
  /** A prediction goes through further names, whatever level they are referred to with. */
  const listenToName = (node: string) => {
    if (named.has(node)) return
    named.add(node)
    heard.add(node)
    const other = graph.nodes.get(node)
    if (other?.type.kind !== "object" || !other.type.predict) return
    eachRef(other.props, (ref) => {
      if (!(ref instanceof Gated)) listenToName(ref.node)
    })
  }
  for (const { props } of [desired, ...Object.values(desired.parts)]) eachRef(props, listen)
  heard.delete(desired.node)
  return heard
}
