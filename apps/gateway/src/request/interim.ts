import { type ServerResponse, STATUS_CODES } from "node:http"
import { fieldPairs, validFields } from "../header-fields.ts"

/**
 * Writes an interim response of an app to a client of HTTP/1.1: 100, 102, 103 and what may come to be (RFC 9110 section
 * 15.2). Node writes some of them, and those not with all of their fields. Behind another request of the connection
 * that is not answered yet it is left out: nothing of this one can be said before that.
 */
export function writeInterim(response: ServerResponse, status: number, headers: readonly string[]): void {
  const { socket } = response
  if (!socket?.writable || response.headersSent) return
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`
  for (const [name, value] of fieldPairs(validFields(headers))) head += `${name}: ${value}\r\n`
  socket.write(`${head}\r\n`, "latin1")
}
