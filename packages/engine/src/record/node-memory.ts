import { hashOf } from "@alienplatform/core"

/** Prefix of choices that count incarnations; keys with `#` are reserved, no component chooses in them. */
const INCARNATION = "#incarnation:"
const BROKEN = "#broken:"

export const isReservedChoice = (key: string): boolean => key.startsWith("#")

const shortHash = (fingerprint: string): string => hashOf(fingerprint).slice(0, 8)

/** Facts about nodes that outlive their rows: the highest incarnation, and objects that turned out broken. */
export class NodeMemory {
  readonly incarnations = new Map<string, number>()
  /** A hash of the wanted props and the count of broken objects, by node. */
  readonly #broken = new Map<string, string>()
  #changes: Record<string, string> = {}
  #dropped = new Set<string>()

  constructor(choices: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(choices)) {
      if (key.startsWith(INCARNATION)) this.incarnations.set(key.slice(INCARNATION.length), Number(value))
      if (key.startsWith(BROKEN)) this.#broken.set(key.slice(BROKEN.length), value)
    }
  }

  /** Records the incarnation of a removed row. It is never given again, because names may stay taken for long. */
  recordRemoved(node: string, incarnation: number): void {
    if ((this.incarnations.get(node) ?? 0) >= incarnation) return
    this.incarnations.set(node, incarnation)
    this.#change(`${INCARNATION}${node}`, String(incarnation))
  }

  /** Objects of the node that turned out broken in a row with the same wanted props. */
  brokenCount(node: string, wanted: string): number {
    const [fingerprint, count] = this.#broken.get(node)?.split(" ") ?? []
    return fingerprint === shortHash(wanted) ? Number(count) : 0
  }

  cameOutBroken(node: string, wanted: string): void {
    const value = `${shortHash(wanted)} ${this.brokenCount(node, wanted) + 1}`
    this.#broken.set(node, value)
    this.#change(`${BROKEN}${node}`, value)
  }

  forgetBroken(node: string): void {
    if (!this.#broken.delete(node)) return
    const key = `${BROKEN}${node}`
    delete this.#changes[key]
    this.#dropped.add(key)
  }

  /** Forgets broken objects of all nodes, because a retry was asked for. */
  forgetAllBroken(): void {
    for (const node of [...this.#broken.keys()]) this.forgetBroken(node)
  }

  /** Changes since the last call, for the next write. */
  takeChanges(): { choices: Record<string, string>; dropChoices: string[] } {
    const changes = { choices: this.#changes, dropChoices: [...this.#dropped] }
    this.#changes = {}
    this.#dropped = new Set()
    return changes
  }

  #change(key: string, value: string): void {
    this.#changes[key] = value
    this.#dropped.delete(key)
  }
}
