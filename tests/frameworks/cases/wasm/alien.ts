import * as alien from "@alienplatform/core"

const app = new alien.Worker("app")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .build()

export default new alien.Stack("wasm").add(app, "live").build()
