import { once } from "node:events"
import type { Server } from "node:net"
import { codeOf, problem } from "../problem.ts"
import { portHolder } from "./port-holder.ts"

/** Answers the port. Throws `port_in_use`. @param port 0 for any free one. */
export async function bind(server: Server, port: number, host: string): Promise<number> {
  server.listen({ port, host, ipv6Only: true })
  try {
    await once(server, "listening")
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE" && codeOf(error) !== "EACCES") throw error
    throw problem("port_in_use", {
      message:
        codeOf(error) === "EACCES"
          ? `port ${port} on ${host} may not be used by this user; choose one above 1023`
          : `port ${port} on ${host} is taken by ${await portHolder(port)}; stop it and start the gateway again`,
      cause: error,
    })
  }
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : port
}
