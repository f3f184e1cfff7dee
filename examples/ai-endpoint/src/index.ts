import { createEndpoint } from "./endpoint.ts"
import { generate } from "./model.ts"

export default createEndpoint(generate)
