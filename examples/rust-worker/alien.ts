import * as alien from "@alienplatform/core"

const code = { type: "source", src: "./service", toolchain: { type: "rust", binaryName: "rust-worker" } } as const

const quotes = new alien.Container("quotes")
  .code(code)
  .publicEndpoint("web", 8080)
  .healthCheck({ path: "/health" })
  .link("agent")
  .build()

const agent = new alien.Daemon("agent")
  .code(code)
  .publicEndpoint("web", 9100)
  .healthCheck({ path: "/health" })
  .link("quotes")
  .build()

export default new alien.Stack("rust-worker").add(quotes, "live").add(agent, "live").build()
