import * as alien from "@alienplatform/core"

const app = new alien.Container("app")
  .code({ type: "source", src: "./app", toolchain: { type: "docker" } })
  .publicEndpoint("web", 8080)
  .build()

export default new alien.Stack("image").add(app, "live").build()
