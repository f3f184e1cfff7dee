import * as alien from "@alienplatform/core"

const api = new alien.Container("api")
  .code({ type: "source", src: "./api", toolchain: { type: "typescript" } })
  .cpu(1)
  .memory("512Mi")
  .publicEndpoint("web", 8080)
  .build()

export default new alien.Stack("my-app").add(api, "live").build()
