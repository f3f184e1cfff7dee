import * as alien from "@alienplatform/core"

const app = new alien.Container("app")
  .code({ type: "source", src: "./app", toolchain: { type: "typescript" } })
  .command(["python3", "main.py"])
  .publicEndpoint("web", 8000)
  .build()

export default new alien.Stack("python").add(app, "live").build()
