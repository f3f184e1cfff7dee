import { hashOf } from "@alienplatform/core"

/** Reserved among the choices of a deployment: no component chooses in a space that begins so. */
const INCARNATION = "#incarnation:"
const BROKEN = "#broken:"

export const isReservedChoice = (key: string): boolean => key.startsWith("#")

const shortHash = (fingerprint: string): string => hashOf(fingerprint).slice(0, 8)

/** What is remembered of nodes beyond the life of their rows. */
export class NodeMemory {
  readonly incarnations = new Map<string, number>()
  /** By node: a hash of what was wanted, and the count. */
  readonly #broken = new Map<string, string>()
  #changes: Record<string, string> = {}
  #dropped = new Set<string>()

  constructor(choices: Readonly<Record<string, string>>) {
    for (const [key, value] of Object.entries(choices)) {
      if (key.startsWith(INCARNATION)) this.incarnations.set(key.slice(INCARNATION.length), Number(value))
      if (key.startsWith(BROKEN)) this.#broken.set(key.slice(BROKEN.length), value)
    }
  }

  /** The number of a row that goes is never given again: names may stay taken for long after. */
  recordRemoved(node: string, incarnation: number): void {
    if ((this.incarnations.get(node) ?? 0) >= incarnation) return
    this.incarnations.set(node, incarnation)
    this.#change(`${INCARNATION}${node}`, String(incarnation))
  }

  /** How many objects of the node came out broken, one after the other, while the same was wanted. */
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

  /** Somebody asked to try again: nothing counts any more. */
  forgetAllBroken(): void {
    for (const node of [...this.#broken.keys()]) this.forgetBroken(node)
  }

  /** What the next write has to carry. */
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
