import { Socket } from "node:net"

/** Descriptor of the pipe that the parent holds the other end of and never writes to. */
const PARENT = 3

// It closes when the parent is gone, however that went.
new Socket({ fd: PARENT }).on("close", () => process.kill(process.pid, "SIGKILL")).resume()
