import * as alien from "@alienplatform/core"

const app = new alien.Container("app")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("web", 3000)
  .build()

export default new alien.Stack("express").add(app, "live").build()
