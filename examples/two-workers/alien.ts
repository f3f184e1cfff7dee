import * as alien from "@alienplatform/core"

const backend = new alien.Worker("backend")
  .code({ type: "source", src: "./backend", toolchain: { type: "typescript" } })
  .publicEndpoint("api")
  .build()

const frontend = new alien.Worker("frontend")
  .code({ type: "source", src: "./frontend", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .link(backend)
  .build()

export default new alien.Stack("two-workers").add(backend, "live").add(frontend, "live").build()
