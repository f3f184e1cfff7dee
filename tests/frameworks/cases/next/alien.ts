import * as alien from "@alienplatform/core"

const app = new alien.Container("app")
  .code({ type: "source", src: "./.next/standalone", toolchain: { type: "typescript" } })
  .command(["node", "server.js"])
  .publicEndpoint("web", 3000)
  .build()

export default new alien.Stack("next").add(app, "live").build()
