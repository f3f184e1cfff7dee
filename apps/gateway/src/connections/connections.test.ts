import { EventEmitter } from "node:events"
import type { Socket } from "node:net"
import { expect, test } from "vitest"
import type { ClientConnection } from "./client-connection.ts"
import { Connections } from "./connections.ts"

let ports = 0

/** What the registry knows of a socket. */
class FakeSocket extends EventEmitter {
  readonly remotePort = ++ports
  readonly localPort = 8443
  readonly remoteAddress: string
  destroyed = false

  constructor(remoteAddress: string) {
    super()
    this.remoteAddress = remoteAddress
  }

  destroy(): void {
    this.destroyed = true
  }
}

interface Client {
  socket: FakeSocket
  connection: ClientConnection | undefined
}

function clients(connections: Connections, count: number, address = "127.0.0.1"): Client[] {
  return Array.from({ length: count }, () => {
    const socket = new FakeSocket(address)
    return { socket, connection: connections.admit(socket as unknown as Socket) }
  })
}

const alive = (all: readonly Client[]) => all.map(({ socket }) => !socket.destroyed)
const few = (maxConnections: number, maxConnectionsPerPeer = maxConnections) =>
  new Connections({ maxConnections, maxConnectionsPerPeer })

test("at the limit the one that came first makes room, and the new one is admitted", () => {
  const connections = few(3)
  const before = clients(connections, 3)
  const [late] = clients(connections, 1)
  expect(alive(before)).toEqual([false, true, true])
  expect(late?.connection).toBeDefined()
})

test("one with work under way makes none; when it is over, it was idle last", () => {
  const connections = few(3)
  const all = clients(connections, 3)
  all[0]?.connection?.begin()
  all[0]?.connection?.begin()
  all[0]?.connection?.end()
  all.push(...clients(connections, 1))
  expect(alive(all)).toEqual([true, false, true, true])
  all[0]?.connection?.end()
  all.push(...clients(connections, 2))
  expect(alive(all)).toEqual([true, false, false, false, true, true])
})

test("when all have work under way the new one is closed", () => {
  const connections = few(2)
  const busy = clients(connections, 2)
  for (const { connection } of busy) connection?.begin()
  const [late] = clients(connections, 1)
  expect(late).toMatchObject({ connection: undefined, socket: { destroyed: true } })
  expect(alive(busy)).toEqual([true, true])
})

test("room counts once, whether a connection was closed for another, closed itself, or both", () => {
  const connections = few(2)
  const [first, second] = clients(connections, 2)
  const [third] = clients(connections, 1)
  first?.socket.emit("close")
  second?.connection?.begin()
  second?.socket.emit("close")
  second?.connection?.end()
  const more = clients(connections, 1)
  expect(alive([third as Client, ...more])).toEqual([true, true])
  clients(connections, 1)
  expect(third?.socket.destroyed).toBe(true)
})

test("the address with the most connections makes room for others", () => {
  const connections = few(5)
  const modest = clients(connections, 2, "127.0.0.2")
  const greedy = clients(connections, 3, "127.0.0.3")
  clients(connections, 1, "127.0.0.4")
  expect(alive([...modest, ...greedy])).toEqual([true, true, false, true, true])
})

test("an address that has none idle is passed over", () => {
  const connections = few(5)
  const busy = clients(connections, 3, "127.0.0.3")
  for (const { connection } of busy) connection?.begin()
  const modest = clients(connections, 2, "127.0.0.2")
  clients(connections, 1, "127.0.0.4")
  expect(alive([...modest, ...busy])).toEqual([false, true, true, true, true])
})

test("one address leaves room to others: at its own bound it makes room itself", () => {
  const connections = few(5, 3)
  const other = clients(connections, 1, "127.0.0.2")
  const greedy = clients(connections, 4, "127.0.0.3")
  expect(alive([...other, ...greedy])).toEqual([true, false, true, true, true])
  for (const { connection } of greedy) connection?.begin()
  expect(clients(connections, 1, "127.0.0.3")[0]?.connection).toBeUndefined()
  expect(clients(connections, 1, "127.0.0.2")[0]?.connection).toBeDefined()
})

test("it is always the oldest idle one of the address that has the most of those with idle ones", () => {
  const connections = few(40)
  const random = pseudoRandom(7)
  /** In the order in which they became idle; busy ones are elsewhere. */
  let idle: Client[] = []
  let busy: Client[] = []
  const open = (address: string) => [...idle, ...busy].filter(({ socket }) => socket.remoteAddress === address).length
  for (let step = 0; step < 5_000; step++) {
    const [one] = idle.splice(random(idle.length), random(3) === 0 ? 1 : 0)
    const [other] = busy.splice(random(busy.length), random(4) === 0 ? 1 : 0)
    if (one && random(2) === 0) one.socket.emit("close")
    else if (one) {
      one.connection?.begin()
      busy.push(one)
    }
    if (other && random(4) === 0) other.socket.emit("close")
    else if (other) {
      other.connection?.end()
      idle.push(other)
    }
    const most = Math.max(...idle.map(({ socket }) => open(socket.remoteAddress)))
    const due = idle.filter(({ socket }) => open(socket.remoteAddress) === most)
    const full = idle.length + busy.length === 40
    const [late] = clients(connections, 1, `127.0.0.${random(5)}`) as [Client]
    const closed = idle.filter(({ socket }) => socket.destroyed)
    expect(closed).toHaveLength(full && idle.length > 0 ? 1 : 0)
    const [gone] = closed
    if (gone) expect(due.find(({ socket }) => socket.remoteAddress === gone.socket.remoteAddress)).toBe(gone)
    idle = idle.filter((client) => client !== gone)
    busy = busy.filter(({ socket }) => !socket.destroyed)
    if (late.connection) idle.push(late)
  }
})

/** Whole numbers below a limit, the same in every run. */
function pseudoRandom(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * limit)
  }
}

test("the connection beneath a TLS connection is found by its ends, until it is closed", () => {
  const connections = few(2)
  const [{ socket, connection }] = clients(connections, 1) as [Client]
  const { remoteAddress, remotePort, localPort } = socket
  const above = { remoteAddress, remotePort, localPort } as Socket
  expect(connections.beneath(above)).toBe(connection)
  connection?.close()
  expect(connections.beneath(above)).toBeUndefined()
})
