import * as alien from "@alienplatform/core"

const app = new alien.Container("app")
  .code({ type: "source", src: "./build", toolchain: { type: "typescript" } })
  .command(["./server"])
  .publicEndpoint("web", 8000)
  .build()

export default new alien.Stack("go").add(app, "live").build()
