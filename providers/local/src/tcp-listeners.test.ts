import { expect, test } from "vitest"
import { tcpListeners } from "./tcp-listeners.ts"

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
const line = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000`

test("it reads addresses of both families, and leaves out connections", () => {
  const table = [
    HEAD,
    line("0100007F:20FB", "0A", 11),
    line("0100007F:20FB", "01", 12),
    line("00000000000000000000000001000000:0050", "0A", 13),
    "",
  ].join("\n")
  expect(tcpListeners(table)).toEqual([
    { host: "127.0.0.1", port: 8443, inode: "11" },
    { host: "[::1]", port: 80, inode: "13" },
  ])
})

test("it finds nothing where there is no table", () => {
  expect(tcpListeners("")).toEqual([])
})
