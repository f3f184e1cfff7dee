export { blueprint, CUSTOMER_CERTIFICATE, FIRST, type Release, SECOND } from "./blueprint.ts"
export { type CloudCall, type CloudObject, type Interference, MemoryCloud, refusal } from "./cloud.ts"
export { Role } from "./iam/role.ts"
export { MemoryBench } from "./memory-bench.ts"
export { type Behaviour, type MemoryContext, objectVerbs } from "./object.ts"
export { memory } from "./platform.ts"
export {
  type BuildGraph,
  FOREIGN_OWNER,
  graphOf,
  IDENTITY,
  markOf,
  SECRET_KEY,
  type TinyAttributes,
  TinyDeployment,
  type TinyProps,
  type TinyRunOptions,
  type TinyType,
  tiny,
  tinyCall,
  tinyReading,
  tinyRow,
  tinyWanted,
} from "./tiny/tiny-types.ts"
