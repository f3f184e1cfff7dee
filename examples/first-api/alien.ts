import * as alien from "@alienplatform/core"

const api = new alien.Function("api").ingress("public")

api.code({ type: "source", src: ".", toolchain: { type: "typescript" } })

export default new alien.Stack("first-api").add(api.build(), "live").build()
