export { blueprint, CUSTOMER_CERTIFICATE, FIRST, type Release, SECOND } from "./blueprint.ts"
export { type CloudCall, type CloudObject, type Interference, MemoryCloud, refuse } from "./cloud.ts"
export { Role } from "./iam/role.ts"
export { Laboratory } from "./laboratory.ts"
export { type Behaviour, type MemoryContext, verbs } from "./object.ts"
export { memory } from "./platform.ts"
export {
  type Build,
  graphOf,
  IDENTITY,
  markOf,
  SECRET_KEY,
  STRANGER,
  type TinyAttributes,
  type TinyProps,
  type TinyType,
  Trial,
  type TrialRun,
  tiny,
  tinyCall,
  tinyReading,
  tinyRow,
  tinyWanted,
} from "./tiny/tiny-types.ts"
