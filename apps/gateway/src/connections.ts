import type { Socket } from "node:net"

/** Client connections, counted over all ports. */
export class Connections {
  readonly #max: number
  #open = 0
  /** Closes idle connections. */
  #makeRoom: () => void = () => {}

  constructor(max: number) {
    this.#max = max
  }

  onFull(makeRoom: () => void): void {
    this.#makeRoom = makeRoom
  }

  /** False: there are too many, and this one was closed. */
  admit(socket: Socket): boolean {
    if (this.#open >= this.#max) {
      this.#makeRoom()
      // Without an answer: another packet for everyone in a flood is what the limit is to avoid.
      socket.destroy()
      return false
    }
    this.#open++
    socket.once("close", () => {
      this.#open--
    })
    return true
  }
}
